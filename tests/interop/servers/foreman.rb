# Foreman: ruby-oauth over an ActionDispatch request, called as Foreman's OAuth login does.
#
# WEBrick only carries bytes here. The Rack environment is made as Puma makes it, which
# Foreman runs on: Puma leaves the path encoded, WEBrick would decode it.
require 'digest'
require 'json'
require 'oauth'
require 'oauth/signature/hmac/sha1'
require 'oauth/signature/plaintext'
require 'rack'
require 'action_controller'
require 'action_dispatch'
require 'oauth/request_proxy/action_dispatch_request'
require 'stringio'
require 'webrick'

key, secret, login = ARGV
$stdout.sync = true

def environment(request)
  path, query = request.unparsed_uri.split('?', 2)
  body = request.body || ''
  environment = {
    'REQUEST_METHOD' => request.request_method, 'SCRIPT_NAME' => '', 'PATH_INFO' => path,
    'QUERY_STRING' => query || '', 'REQUEST_URI' => request.unparsed_uri,
    'REQUEST_PATH' => path, 'SERVER_NAME' => request.host, 'SERVER_PORT' => request.port.to_s,
    'SERVER_PROTOCOL' => 'HTTP/1.1', 'REMOTE_ADDR' => '127.0.0.1',
    'rack.version' => [1, 6], 'rack.url_scheme' => 'http', 'rack.input' => StringIO.new(body.b),
    'rack.errors' => $stderr, 'rack.multithread' => true, 'rack.multiprocess' => false,
    'rack.run_once' => false, 'CONTENT_LENGTH' => body.bytesize.to_s
  }
  request.each do |name, value|
    environment["HTTP_#{name.upcase.tr('-', '_')}"] = value
  end
  type = environment.delete('HTTP_CONTENT_TYPE')
  environment['CONTENT_TYPE'] = type if type
  environment.delete('HTTP_CONTENT_LENGTH')
  environment
end

# The login's steps in Foreman's order; nil is its one and only 401.
def user(request, key, secret, login)
  return nil unless request.authorization =~ /^OAuth/
  return nil unless OAuth::RequestProxy.proxy(request).oauth_consumer_key == key
  return nil unless OAuth::Signature.verify(request, consumer_secret: secret)
  request.headers['FOREMAN-USER'] == login ? login : nil
end

def refused_media_type(request)
  return nil unless %w[POST PUT].include?(request.request_method)
  return nil if request.content_type.to_s.start_with?('application/json')
  "Media type in 'Content-Type: #{request.content_type}' is unsupported in API v2 for POST and PUT " \
    "requests. Please use 'Content-Type: application/json'."
end

server = WEBrick::HTTPServer.new(
  BindAddress: '127.0.0.1', Port: 0, AccessLog: [],
  Logger: WEBrick::Log.new($stderr, WEBrick::Log::WARN),
  StartCallback: -> { puts "listening #{$server.listeners.first.addr[1]}" }
)
$server = server

# WEBrick has no handler for PUT, PATCH and DELETE of its own; `service` sees them all.
server.define_singleton_method(:service) do |incoming, outgoing|
  request = ActionDispatch::Request.new(environment(incoming))
  begin
    known = user(request, key, secret, login)
    status, answer =
      if known.nil?
        [401, { error: { message: 'Unable to authenticate user ' } }]
      elsif refused_media_type(request)
        [415, { error: { message: refused_media_type(request) } }]
      else
        body = incoming.body || ''
        oauth = OAuth::RequestProxy.proxy(request)
        [200, {
          method: request.request_method, target: incoming.unparsed_uri,
          content_type: request.content_type.to_s, user: known,
          headers: incoming.header.transform_values(&:first).reject { |name, _| name == 'authorization' },
          body_length: body.bytesize, body_sha256: Digest::SHA256.hexdigest(body),
          body: body.dup.force_encoding('UTF-8').scrub, nonce: oauth.oauth_nonce,
          timestamp: oauth.oauth_timestamp, signature_method: oauth.oauth_signature_method
        }]
      end
  rescue StandardError, OAuth::Signature::UnknownSignatureMethod => e
    status, answer = [500, { error: { message: e.message } }]
    warn e.full_message(highlight: false)
  end
  warn "#{incoming.request_method} #{incoming.unparsed_uri} #{status}"
  outgoing.status = status
  outgoing['Content-Type'] = 'application/json; charset=utf-8'
  outgoing.body = JSON.generate(answer)
end
%w[INT TERM].each { |signal| trap(signal) { server.shutdown } }
server.start
