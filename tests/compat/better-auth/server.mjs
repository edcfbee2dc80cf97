// A Better Auth server on a free loopback port with a database in memory, for one test class. Its only argument is JSON:
//   bearer, signed, jwtAlgorithm, rateLimit, without (plugins to leave out), ids ("serial" or "uuid"; default: random text)
// It writes one line of JSON when it accepts requests, and ends when its standard input does, so that it never outlives
// the tests. GET /_test/mails returns what it would have sent by email.
import { createServer } from "node:http";
import { once } from "node:events";
import Database from "libsql";
import { SqliteDialect } from "kysely";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { admin, bearer, jwt, organization, twoFactor, username } from "better-auth/plugins";
import { apiKey } from "@better-auth/api-key";

const settings = { bearer: true, signed: false, jwtAlgorithm: "ES256", rateLimit: { enabled: false }, without: [], ...JSON.parse(process.argv[2] ?? "{}") };
const account = { email: "admin@example.test", name: "Admin", password: "admin-password-1" };
const mails = [];

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
  rateLimit: settings.rateLimit,
  advanced: settings.ids ? { database: { generateId: settings.ids } } : {},
  emailAndPassword: { enabled: true, sendResetPassword: async ({ user }) => void mails.push({ kind: "password", to: user.email }) },
  emailVerification: { sendVerificationEmail: async ({ user }) => void mails.push({ kind: "verification", to: user.email }) },
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
http.on("request", (request, response) => (request.url === "/_test/mails" ? response.end(JSON.stringify(mails)) : handle(request, response)));
console.log(JSON.stringify({ origin, email: account.email, password: account.password }));
process.stdin.resume().on("end", () => process.exit(0));
