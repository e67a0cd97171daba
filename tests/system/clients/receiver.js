// A receiver of webhooks. It prints its port, reads the secret from its input, and takes what is signed over the body
// as JSON.stringify writes it again. Of everything that it takes it prints a line of JSON.
'use strict';

const crypto = require('crypto');
const http = require('http');
const readline = require('readline');

let secret = '';
const input = readline.createInterface({ input: process.stdin });
input.on('line', (line) => {
  secret = line.trim();
});
input.on('close', () => process.exit(0));

function isSigned(payload, signature) {
  const computed = crypto.createHmac('sha256', secret).update(JSON.stringify(payload)).digest('hex');
  return signature === `sha256=${computed}`;
}

const server = http.createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = JSON.parse(Buffer.concat(chunks).toString());
  const signed = isSigned(body, request.headers['x-webhook-signature']);
  if (signed) console.log(JSON.stringify({ event: request.headers['x-webhook-event'], body }));
  response.writeHead(signed ? 200 : 401, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ success: signed }));
});

server.listen(0, '127.0.0.1', () => console.log(server.address().port));
