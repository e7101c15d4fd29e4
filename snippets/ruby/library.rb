# A Rails controller with the official library (gem 'svix').
class WebhooksController < ActionController::API
  # routes.rb: post '/webhooks', to: 'webhooks#create'
  def create
    body = request.raw_post # not params: the signature is over these very bytes
    headers = {
      'webhook-id' => request.headers['webhook-id'],
      'webhook-timestamp' => request.headers['webhook-timestamp'],
      'webhook-signature' => request.headers['webhook-signature']
    }
    Svix::Webhook.new(ENV.fetch('WEBHOOK_SECRET')).verify(body, headers)
    Rails.logger.info(JSON.parse(body))
    head :no_content
  rescue Svix::WebhookVerificationError
    head :bad_request
  end
end
