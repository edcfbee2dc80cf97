// The official Node SDK's loop over every user, timed by itself: the first walk of the process, then a warm one.
import { createToriiClient } from "@torii-backend/sdk";

const { TORII_API_URL: apiUrl, TORII_SECRET_KEY: secretKey } = process.env;
const { users } = createToriiClient({ apiUrl, secretKey });

async function walk() {
  const started = performance.now();
  const found = [];
  let cursor;
  do {
    const page = await users.list({ limit: 100, cursor });
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return { milliseconds: performance.now() - started, users: found.length };
}

const first = await walk();
const warm = [];
for (let i = 0; i < 5; i++) warm.push((await walk()).milliseconds);
warm.sort((a, b) => a - b);
console.log(JSON.stringify({ users: first.users, first: first.milliseconds, warm: warm[2] }));
