// Each scenario does with the official SDK what an application would do, and returns what it saw.
// node scenarios.mjs <name> <input as JSON>; the environment says where and with which key.
import { authenticateRequest, createToriiClient, ToriiApiError, ToriiAuthError, verifyToken } from "@torii-backend/sdk";
import { createRemoteJWKSet, jwtVerify } from "jose";

const { TORII_API_URL: apiUrl, TORII_ISSUER: issuer, TORII_SECRET_KEY: secretKey } = process.env;
const { users, sessions } = createToriiClient({ apiUrl, secretKey });

/** What an SDK call was refused with, as the SDK itself reports it. */
async function refusal(call) {
  try {
    return { value: await call };
  } catch (error) {
    if (error instanceof ToriiApiError) {
      const { status, code, supportId, message } = error;
      return { status, code, supportId, message };
    }
    if (error instanceof ToriiAuthError) {
      return { refused: error.message, cause: error.cause?.code };
    }
    throw error;
  }
}

const scenarios = {
  async walk({ limit, filter }) {
    const found = [];
    let pages = 0;
    let cursor;
    do {
      const page = await users.list({ limit, cursor, filter: revive(filter) });
      found.push(...page.items);
      pages++;
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    return { pages, users: found };
  },

  async create({ users: inputs }) {
    const created = [];
    for (const input of inputs) {
      created.push(await refusal(users.create(input)));
    }
    return created;
  },

  async get({ userId }) {
    const user = await users.get(userId);
    return { user, createdAtIsDate: user.createdAt instanceof Date && !Number.isNaN(user.createdAt.getTime()) };
  },

  async refused({ userId }) {
    return refusal(users.get(userId));
  },

  async wrongKey() {
    return refusal(createToriiClient({ apiUrl, secretKey: "sk_test_wrong" }).users.list());
  },

  async update({ userId, change }) {
    return refusal(users.update(userId, change));
  },

  async banAndUnban({ userId }) {
    const before = await sessions.listForUser(userId);
    const banned = await users.ban(userId);
    const during = await sessions.listForUser(userId);
    const unbanned = await users.unban(userId);
    return { before: before.length, banned: banned.status, during: during.length, unbanned: unbanned.status };
  },

  async revoke({ userId }) {
    const before = await sessions.listForUser(userId);
    await sessions.revoke(userId, before[0].id);
    await sessions.revoke(userId, before[0].id);
    const afterOne = await sessions.listForUser(userId);
    await sessions.revokeAllForUser(userId);
    await sessions.revokeAllForUser(userId);
    const afterAll = await sessions.listForUser(userId);
    return { before, afterOne, afterAll };
  },

  async deleteTwice({ userId }) {
    return [await refusal(users.delete(userId)), await refusal(users.delete(userId))];
  },

  async verify({ tokens, audience }) {
    const results = [];
    for (const token of tokens) {
      results.push(await refusal(verifyToken(token, { issuer, audience })));
    }
    return results;
  },

  async authenticate({ headers }) {
    return refusal(authenticateRequest({ headers }, { issuer }));
  },

  async jose({ tokens }) {
    const keys = createRemoteJWKSet(new URL(`${issuer}/_torii/.well-known/jwks.json`));
    const results = [];
    for (const token of tokens) {
      try {
        const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer, algorithms: ["ES256"] });
        results.push({ payload, protectedHeader });
      } catch (error) {
        results.push({ refused: error.code });
      }
    }
    return results;
  },
};

/** The SDK wants dates as Date and statuses as Set, which JSON cannot say. */
function revive(filter) {
  if (!filter) {
    return filter;
  }
  const revived = { ...filter };
  for (const name of ["createdAfter", "createdBefore"]) {
    if (typeof revived[name] === "string") {
      revived[name] = new Date(revived[name]);
    }
  }
  if (revived.statuses) {
    revived.statuses = new Set(revived.statuses);
  }
  return revived;
}

const [, , name, input] = process.argv;
const output = await scenarios[name](JSON.parse(input ?? "{}"));
process.stdout.write(JSON.stringify(output, (_, value) => (value === undefined ? null : value)));
