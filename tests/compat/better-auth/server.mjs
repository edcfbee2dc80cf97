// A Better Auth server on a free loopback port with a database in memory, for one test class or file. Its only argument is
// JSON:
//   bearer, signed, jwtAlgorithm, rateLimit, without (plugins to leave out), ids ("serial" or "uuid"; default: random text)
// It writes one line of JSON when it accepts requests, and ends when its standard input does, so that it never outlives
// the tests. What only tests need is below /_test/:
//   GET mails            what the server would have sent by email
//   GET journal?after=n  the requests since number n, without headers and bodies, which carry passwords and tokens
//   POST, DELETE limits  path, window (seconds), max: for the server's own rate limiter
//   POST, DELETE faults  path, times, skip, delayMs, lose (the connection ends instead of the response; the request is executed)
//   GET tokens           the token of every session that there has been
//   POST expire          userId: the sessions of the user end now
//   POST member          organizationId, userId, role: which only the server itself may add
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { once } from "node:events";
import Database from "libsql";
import { SqliteDialect } from "kysely";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { admin, bearer, jwt, organization, twoFactor, username } from "better-auth/plugins";
import { apiKey } from "@better-auth/api-key";

const settings = { bearer: true, signed: false, jwtAlgorithm: "ES256", without: [], ...JSON.parse(process.argv[2] ?? "{}") };
const account = { email: "admin@example.test", name: "Admin", password: "admin-password-1" };
const mails = [];
const journal = [];
const limits = [];
const faults = [];
const tokens = [];

const digest = (password) => createHash("sha256").update(password).digest("hex");
const operation = (url) => new URL(url, "http://localhost").pathname.replace(/^\/api\/auth\//, "");

const http = createServer();
http.listen(0, "127.0.0.1");
await once(http, "listening");
const origin = `http://127.0.0.1:${http.address().port}`;

const plugins = {
  admin: () => admin(),
  "api-key": () => apiKey(),
  organization: () => organization({ sendInvitationEmail: async ({ id, email }) => void mails.push({ kind: "invitation", to: email, id }) }),
  username: () => username(),
  "two-factor": () => twoFactor(),
  jwt: () => jwt({ jwks: { keyPairConfig: { alg: settings.jwtAlgorithm } } }),
  bearer: () => bearer({ requireSignature: settings.signed }),
};

const options = {
  baseURL: origin,
  secret: "only-for-tests-only-for-tests-only-for-tests",
  telemetry: { enabled: false },
  logger: { level: "error" },
  // Not the bare database: it has a property db, which Better Auth takes for a Kysely instance.
  database: { dialect: new SqliteDialect({ database: new Database(":memory:") }), type: "sqlite", transaction: true },
  rateLimit: settings.rateLimit ?? { enabled: true, customRules: { "/**": ({ url }) => limits.findLast(({ path }) => operation(url) === path) ?? false } },
  advanced: settings.ids ? { database: { generateId: settings.ids } } : {},
  emailAndPassword: {
    enabled: true,
    // Tests sign in hundreds of times, and the default takes a tenth of a second.
    password: { hash: async (password) => digest(password), verify: async ({ hash, password }) => hash === digest(password) },
    sendResetPassword: async ({ user }) => void mails.push({ kind: "password", to: user.email }),
  },
  emailVerification: { sendVerificationEmail: async ({ user }) => void mails.push({ kind: "verification", to: user.email }) },
  databaseHooks: { session: { create: { after: async ({ token }) => void tokens.push(token) } } },
  plugins: Object.entries(plugins)
    .filter(([name]) => !settings.without.includes(name) && (name !== "bearer" || settings.bearer))
    .map(([, create]) => create()),
};

await (await getMigrations(options)).runMigrations();
const auth = betterAuth(options);
if (auth.api.createUser) {
  // Called on the server itself, it needs no session. Over HTTP nobody can create the first administrator.
  await auth.api.createUser({ body: { ...account, role: "admin", ...(settings.without.includes("username") ? {} : { data: { username: "admin" } }) } });
} else {
  await auth.api.signUpEmail({ body: account });
}

const handle = toNodeHandler(auth);

// Notes a request and its status. The entry is complete before the client has the response; 0 is an aborted request.
function note(request, response) {
  const entry = { sequence: journal.length + 1, operation: operation(request.url), method: request.method, path: request.url, status: null, arrivedMs: performance.now(), doneMs: null };
  const complete = (status) => (entry.doneMs === null ? Object.assign(entry, { status, doneMs: performance.now() }) : entry);
  const end = response.end;
  response.end = (...body) => (complete(response.statusCode), end.apply(response, body));
  response.on("close", () => complete(0));
  journal.push(entry);
}

async function serve(request, response) {
  note(request, response);
  const fault = faults.find((f) => f.path === operation(request.url) && (f.skip ? f.skip-- < 0 : f.times-- > 0));
  if (fault?.delayMs) {
    await new Promise((resolve) => (setTimeout(resolve, fault.delayMs), response.on("close", resolve)));
    if (response.closed) return;
  }
  if (fault?.lose) {
    response.writeHead = () => (request.socket.destroy(), response);
  }
  await handle(request, response);
}

const controls = {
  "GET mails": () => mails,
  "GET tokens": () => tokens,
  "GET journal": (_, after) => ({ entries: journal.slice(after), last: journal.length }),
  "POST limits": (limit) => void limits.push(limit),
  "DELETE limits": () => void limits.splice(0),
  "POST faults": (fault) => void faults.push({ times: 1, skip: 0, ...fault }),
  "DELETE faults": () => void faults.splice(0),
  "POST member": (body) => auth.api.addMember({ body }),
  "POST expire": async ({ userId }) => {
    const { adapter } = await auth.$context;
    await adapter.updateMany({ model: "session", where: [{ field: "userId", value: userId }], update: { expiresAt: new Date(Date.now() - 1000) } });
  },
};

async function control(request, response, url) {
  const text = (await request.toArray()).join("");
  const run = controls[`${request.method} ${url.pathname.slice("/_test/".length)}`];
  response.end(JSON.stringify((await run(text && JSON.parse(text), Number(url.searchParams.get("after")))) ?? null));
}

http.on("request", (request, response) => {
  const url = new URL(request.url, origin);
  return url.pathname.startsWith("/_test/") ? control(request, response, url) : serve(request, response);
});
console.log(JSON.stringify({ origin, email: account.email, password: account.password }));
process.stdin.resume().on("end", () => process.exit(0));
