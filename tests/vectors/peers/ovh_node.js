// node-ovh as a second signing peer: reads one JSON request a line, writes what it would send.
// Its clock stands still and its transport only records.
const https = require('https');
const readline = require('readline');
const { createRequire } = require('module');

const ovh = createRequire(process.argv[2] + '/')('ovh');

function sent(input) {
  const url = /^https:\/\/([^/?:]+)(?::([0-9]+))?([^]*)$/.exec(input.url);
  const client = ovh({
    endpoint: 'ovh-eu',
    appKey: input.application_key,
    appSecret: input.application_secret,
    consumerKey: input.consumer_key,
  });
  Object.assign(client, { host: url[1], port: url[2] || 443, basePath: '', apisLoaded: true, apiTimeDiff: 0 });
  let recorded;
  let body = null;
  https.request = (options) => {
    recorded = options;
    return { on() {}, setTimeout() {}, end() {}, write(text) { body = text; } };
  };
  Date.now = () => input.timestamp * 1000;
  client.request(input.method, url[3], input.body === null ? {} : JSON.parse(input.body), () => {});
  return { method: recorded.method, target: recorded.path, body, headers: recorded.headers };
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  console.log(JSON.stringify(sent(JSON.parse(line))));
});
