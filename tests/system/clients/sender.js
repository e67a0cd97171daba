// A service that does things in a workspace by an incoming webhook, signed as JSON.stringify writes them. It prints the
// answers as one line of JSON.
'use strict';

const axios = require('axios');
const crypto = require('crypto');

async function send(payload, secret = process.env.WEBHOOK_SECRET) {
  const signature = crypto.createHmac('sha256', secret).update(JSON.stringify(payload)).digest('hex');
  const headers = { 'X-Webhook-Id': process.env.WEBHOOK_ID, 'X-Webhook-Signature': `sha256=${signature}` };
  const response = await axios.post(process.env.WEBHOOK_URL, payload, { headers, validateStatus: () => true });
  return { status: response.status, body: response.data };
}

async function main() {
  const answers = {};
  for (const request of JSON.parse(process.env.REQUESTS)) answers[request.action] = await send(request);
  answers.forged = await send({ action: 'send_message', data: { content: 'x' } }, 'another secret');
  console.log(JSON.stringify(answers));
}

main();
