// A program on axios that works through the API as a user's does. It prints what it got as one line of JSON.
'use strict';

const axios = require('axios');

const client = axios.create({
  baseURL: process.env.API_URL,
  headers: {
    Authorization: `Bearer ${process.env.API_TOKEN}`,
    'Content-Type': 'application/json',
  },
});

const remaining = [];
client.interceptors.response.use((response) => {
  remaining.push(parseInt(response.headers['x-ratelimit-remaining'], 10));
  return response;
});

async function refusal(call) {
  try {
    await call();
    return null;
  } catch (error) {
    return { status: error.response.status, body: error.response.data };
  }
}

async function main() {
  const send = (channelId, content, options = {}) =>
    client.post('/messages', { channelId, content, ...options }).then((response) => response.data);

  const byName = await send('general', 'Hello from Node.js!');
  const created = await client.post('/channels', {
    name: 'announcements',
    description: undefined,
    type: 'public',
  });
  const channel = created.data.channel;
  const sent = await send(channel.id, 'Hello 🐍', { metadata: { source: 'script', tags: ['a', 'b'] } });
  const empty = await send(channel.id, 'Nothing beside', { metadata: {} });
  const { channels } = (await client.get('/channels')).data;
  const added = await client.post('/members', { email: process.env.NEW_MEMBER, role: 'member' });
  const members = (await client.get('/members', { params: { page: 1, limit: 50 } })).data;
  const again = await refusal(() => client.post('/members', { email: process.env.NEW_MEMBER }));
  const nowhere = await refusal(() => send('nowhere', 'Hello'));
  const unsaid = await refusal(() => send('general', ''));

  const result = {
    byName,
    channel,
    sent,
    empty,
    channels,
    added: added.data,
    members,
    again,
    nowhere,
    unsaid,
    remaining,
  };
  console.log(JSON.stringify(result));
}

main().catch((error) => {
  console.error(error.response?.data || error);
  process.exit(1);
});
