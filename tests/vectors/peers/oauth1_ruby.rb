# ruby-oauth as a signing peer: reads one JSON request a line, writes the stages of each, or
# the error that the server's own code ends in.
#
#   "rack"    what a Rails server such as Foreman computes for a received request:
#             the request goes through ActionDispatch and the gem's own proxy for it.
#   "octets"  the gem's helpers over raw octets, for values that are not UTF-8; the
#             Python peers replace such octets before they sign.
require 'json'
require 'oauth'
require 'oauth/signature/hmac/sha1'
require 'oauth/signature/plaintext'
require 'rack'
require 'action_controller'
require 'action_dispatch'
require 'oauth/request_proxy/action_dispatch_request'

def rack(input)
  uri = URI.parse(input['url'])
  body = input['body'] || ''
  environment = Rack::MockRequest.env_for(
    input['url'], method: input['method'], input: body,
    'HTTP_AUTHORIZATION' => input['authorization'],
    'HTTP_HOST' => input['url'][%r{\A[a-z]+://([^/?]+)}, 1]
  )
  environment['CONTENT_TYPE'] = input['content_type'] if input['content_type']
  environment.delete('CONTENT_TYPE') unless input['content_type']
  environment['REQUEST_URI'] = uri.request_uri
  request = ActionDispatch::Request.new(environment)
  built = OAuth::Signature.build(
    request, consumer_secret: input['consumer_secret'], token_secret: input['token_secret']
  )
  {
    base_string_uri: built.request.normalized_uri,
    normalized_parameters: built.request.normalized_parameters,
    signature_base_string: built.signature_base_string,
    key: built.send(:secret),
    signature: built.signature
  }
end

def octets(input)
  decode = ->(text) { URI.decode_www_form_component(text, Encoding::BINARY) }
  address, query = input['url'].split('?', 2)
  sent = (query || '').split('&').map { |pair| pair.split('=', 2).map(&decode) }
  normalized = OAuth::Helper.normalize(sent + input['oauth_parameters'])
  base = [input['method'], address, normalized].map { |part| OAuth::Helper.escape(part) }.join('&')
  key = [input['consumer_secret'], input['token_secret']].map { |part| OAuth::Helper.escape(part) }.join('&')
  {
    base_string_uri: address,
    normalized_parameters: normalized,
    signature_base_string: base,
    key: key,
    signature: Base64.strict_encode64(OpenSSL::HMAC.digest('SHA1', key, base))
  }
end

VERSIONS = { 'ruby-oauth' => OAuth::VERSION, 'actionpack' => ActionPack.version.to_s }.freeze
$stdout.sync = true
$stdin.each_line do |line|
  input = JSON.parse(line)
  result =
    begin
      input['mode'] == 'rack' ? rack(input) : octets(input)
    rescue StandardError => error
      { error: "#{error.class}: #{error.message}".scrub }
    end
  puts JSON.generate(result.merge(versions: VERSIONS))
end
