// Validates tokens with jose: runs one slice per line on standard input and writes tokens per second.
import fs from "node:fs";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const [jose, folder, issuer, sliceMs] = process.argv.slice(2);
const { createLocalJWKSet, jwtVerify } = await import(pathToFileURL(jose));
const tokens = fs.readFileSync(`${folder}/tokens.txt`, "utf8").trim().split(/\r?\n/);
const keys = createLocalJWKSet(JSON.parse(fs.readFileSync(`${folder}/jwks.json`, "utf8")));
for await (const _ of readline.createInterface({ input: process.stdin })) {
  const begun = performance.now();
  let done = 0;
  do {
    await jwtVerify(tokens[done++ % tokens.length], keys, { issuer, algorithms: ["ES256"], clockTolerance: 30 });
  } while (performance.now() - begun < Number(sliceMs));
  console.log(done / ((performance.now() - begun) / 1000));
}
