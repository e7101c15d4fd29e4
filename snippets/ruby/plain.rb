# Verifies webhooks with the standard library alone.
require 'base64'
require 'json'
require 'openssl'

module Webhooks
  TOLERANCE_SECONDS = 300

  # Whether `body` (the bytes as they came) was signed with `key` and is not older than five minutes.
  # `key` is the endpoint's whsec_ secret, or its whpk_ public key; `headers` by lower-case name.
  def self.signed?(key, headers, body, now = Time.now.to_i)
    id = headers['webhook-id'].to_s
    timestamp = headers['webhook-timestamp'].to_s
    return false if id.empty? || !timestamp.match?(/\A[0-9]{1,12}\z/)
    return false if (now - timestamp.to_i).abs > TOLERANCE_SECONDS

    content = "#{id}.#{timestamp}.".b + body.b
    # While a secret is being rolled there are several signatures: one that matches is enough.
    headers['webhook-signature'].to_s.split(' ').any? do |item|
      version, encoded = item.split(',', 2)
      matches?(key, version, content, Base64.strict_decode64(encoded.to_s))
    rescue ArgumentError, OpenSSL::PKey::PKeyError
      false
    end
  end

  def self.matches?(key, version, content, signature)
    if key.start_with?('whpk_')
      public_key = OpenSSL::PKey.read(
        ['302a300506032b6570032100'].pack('H*') + Base64.strict_decode64(key.delete_prefix('whpk_'))
      )
      return version == 'v1a' && signature.bytesize == 64 && public_key.verify(nil, signature, content)
    end
    secret = Base64.strict_decode64(key.delete_prefix('whsec_'))
    expected = OpenSSL::HMAC.digest('SHA256', secret, content)
    version == 'v1' && OpenSSL.secure_compare(signature, expected)
  end

  # A Rack application. Answers 2xx at once; do slow work afterwards, once for each webhook-id.
  RECEIVER = lambda do |env|
    body = env['rack.input'].read
    headers = {
      'webhook-id' => env['HTTP_WEBHOOK_ID'],
      'webhook-timestamp' => env['HTTP_WEBHOOK_TIMESTAMP'],
      'webhook-signature' => env['HTTP_WEBHOOK_SIGNATURE']
    }
    next [400, {}, []] unless signed?(ENV.fetch('WEBHOOK_SECRET'), headers, body)

    puts JSON.parse(body)
    [204, {}, []]
  end
end

# config.ru: map('/webhooks') { run Webhooks::RECEIVER }
# Rails: Webhooks.signed?(secret, headers, request.raw_post), where headers are request.headers.
