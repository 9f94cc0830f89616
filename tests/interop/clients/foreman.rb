# One request signed by ruby-oauth's client: prints the status, then the body.
require 'net/http'
require 'oauth'
require 'oauth/client/net_http'

port, method, target, body, key, secret, user, sent = ARGV
http = Net::HTTP.new('127.0.0.1', port, nil)
http.open_timeout = http.read_timeout = 20
consumer = OAuth::Consumer.new(key, secret, site: "http://127.0.0.1:#{port}")

make = lambda do |path|
  request = Net::HTTP.const_get(method.capitalize).new(path)
  unless body.empty?
    request.body = body
    request['Content-Type'] = 'application/json'
  end
  request['FOREMAN-USER'] = user unless user.empty?
  request
end

request = make.call(target)
consumer.sign!(request)
unless sent.empty?
  # The signature of one target on a request for another.
  other = make.call(sent)
  other['Authorization'] = request['Authorization']
  request = other
end
answer = http.request(request)
puts answer.code, answer.body
