// Signs tokens as jose does, with a fresh key, for whoever is to check them: {jwks, good, bad}.
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";

const issuer = "https://acme.torii.so";
const { publicKey, privateKey } = await generateKeyPair("ES256");
const other = await generateKeyPair("ES256");
const jwk = await exportJWK(publicKey);
const kid = await calculateJwkThumbprint(jwk);

const token = (claims = {}, key = privateKey, header = {}) =>
  new SignJWT({ pid: "01931a73-8b00-7000-8000-0000000000ee", email_verified: true, ...claims })
    .setProtectedHeader({ alg: "ES256", kid, ...header })
    .setSubject("01931a73-8b00-7000-8000-000000000001")
    .setIssuer(claims.iss ?? issuer)
    .setIssuedAt(claims.iat)
    .setExpirationTime(claims.exp ?? "5m")
    .sign(key);

const now = Math.floor(Date.now() / 1000);
console.log(JSON.stringify({
  jwks: { keys: [{ ...jwk, kid, use: "sig", alg: "ES256" }] },
  good: await Promise.all([token(), token({ locale: "da" }), token({ aud: ["a", "b"] }), token({}, privateKey, { typ: "JWT" }), token({ exp: now - 20 })]),
  bad: {
    "Torii.TokenExpired": await token({ exp: now - 40 }),
    "Torii.TokenSignature": await token({}, other.privateKey),
    "Torii.TokenUnknownKey": await token({}, privateKey, { kid: "other" }),
    "Torii.TokenIssuer": await token({ iss: "https://evil.example" }),
  },
}));
