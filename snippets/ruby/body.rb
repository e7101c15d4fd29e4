# Verifies webhooks that sign the body alone: HMAC-SHA256 in lower-case hex.
require 'json'
require 'openssl'

module Webhooks
  # Whether `body` (the bytes as they came) was signed with the signing key.
  def self.signed?(signing_key, signature, body)
    OpenSSL.secure_compare(signature.to_s, OpenSSL::HMAC.hexdigest('SHA256', signing_key, body))
  end

  # A Rack application. Answers 2xx at once; do slow work afterwards.
  RECEIVER = lambda do |env|
    body = env['rack.input'].read
    signature = env['HTTP_LOGTO_SIGNATURE_SHA_256']
    next [400, {}, []] unless signed?(ENV.fetch('WEBHOOK_SECRET'), signature, body)

    puts JSON.parse(body)
    [204, {}, []]
  end
end

# config.ru: map('/webhooks') { run Webhooks::RECEIVER }
