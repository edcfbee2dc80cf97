// Creates the corpus: tokens that must be refused, each with its one reason, and tokens that must be accepted.
//   node make-corpus.mjs
// Keys and times are fixed. ECDSA signatures are random, so earlier signatures are reused: another run changes only
// what was changed in this file.
import crypto from 'node:crypto';
import fs from 'node:fs';

const here = new URL('.', import.meta.url);
const read = (name) => { try { return JSON.parse(fs.readFileSync(new URL(name, here))); } catch { return undefined; } };
const write = (name, value) => fs.writeFileSync(new URL(name, here), JSON.stringify(value, null, 1) + '\n');

// ---- keys: generated once, used for this corpus only
const keys = read('keys.json') ?? Object.fromEntries([
  ['main', ['ec', { namedCurve: 'P-256' }]], ['second', ['ec', { namedCurve: 'P-256' }]], ['foreign', ['ec', { namedCurve: 'P-256' }]],
  ['enc', ['ec', { namedCurve: 'P-256' }]], ['twice', ['ec', { namedCurve: 'P-256' }]], ['p384', ['ec', { namedCurve: 'P-384' }]],
  ['p521', ['ec', { namedCurve: 'P-521' }]], ['k1', ['ec', { namedCurve: 'secp256k1' }]], ['rsa', ['rsa', { modulusLength: 2048 }]], ['ed', ['ed25519', {}]],
].map(([name, args]) => [name, crypto.generateKeyPairSync(...args).privateKey.export({ format: 'jwk' })]));
write('keys.json', keys);
const privateKey = (name) => crypto.createPrivateKey({ key: keys[name], format: 'jwk' });
const publicJwk = (name) => crypto.createPublicKey({ key: keys[name], format: 'jwk' }).export({ format: 'jwk' });
const offCurve = { ...publicJwk('main'), y: publicJwk('second').y };
write('jwks.json', {
  keys: [
    { ...publicJwk('main'), kid: 'main', use: 'sig', alg: 'ES256' },
    { ...publicJwk('second'), kid: 'second' },
    { ...publicJwk('second'), kid: 'key_ops', key_ops: ['verify'] },
    // Null and an empty key_ops count as absent: Microsoft's JsonWebKey serializes them.
    { ...publicJwk('second'), kid: 'ops-empty', key_ops: [] },
    { ...publicJwk('second'), kid: 'use-null', use: null },
    { ...publicJwk('second'), kid: 'nulls', use: null, alg: null, key_ops: null, d: null, k: null },
    // None of the following entries is usable, and none of them may affect those above.
    { ...publicJwk('rsa'), kid: 'rsa', use: 'sig', alg: 'RS256' },
    { ...publicJwk('p384'), kid: 'p384', use: 'sig', alg: 'ES384' },
    { ...publicJwk('p521'), kid: 'p521', use: 'sig', alg: 'ES512' },
    { ...publicJwk('k1'), kid: 'k1', use: 'sig' },
    { ...publicJwk('k1'), kid: 'k1-as-p256', crv: 'P-256', use: 'sig' },
    { ...publicJwk('p384'), kid: 'p384-as-p256', crv: 'P-256', use: 'sig' },
    { ...publicJwk('ed'), kid: 'ed', use: 'sig', alg: 'EdDSA' },
    { ...publicJwk('enc'), kid: 'enc', use: 'enc' },
    { ...publicJwk('enc'), kid: 'encrypts', key_ops: ['encrypt'] },
    { ...publicJwk('enc'), kid: 'ops-text', key_ops: 'verify' },
    { ...publicJwk('enc'), kid: 'es384', alg: 'ES384' },
    { ...publicJwk('enc'), kid: 'alg-number', alg: 256 },
    { ...publicJwk('enc'), kid: 'd-empty', d: '' },
    { ...publicJwk('enc'), kid: 'use-empty', use: '' },
    { ...publicJwk('enc'), kid: 'ops-of-null', key_ops: [null] },
    { ...publicJwk('enc'), kid: 42 },
    { kty: '\ud800' },
    { ...publicJwk('enc'), kid: '\ud800' },
    { ...publicJwk('enc'), kid: 'surrogate-in-use', use: '\udc00' },
    { ...publicJwk('enc'), kid: 'surrogate-in-ops', key_ops: ['\ud800'] },
    { ...publicJwk('enc'), kid: 'surrogate-in-x', x: '\ud800' },
    { '\ud800': 1 },
    { ...publicJwk('enc'), kid: '' },
    { ...publicJwk('enc') },
    { ...offCurve, kid: 'off-curve' },
    { ...publicJwk('enc'), kid: 'zero', x: 'A'.repeat(43), y: 'A'.repeat(43) },
    { ...publicJwk('enc'), kid: 'short', x: 'AAAA' },
    { ...publicJwk('enc'), kid: 'padded', x: `${publicJwk('enc').x}=` },
    { ...publicJwk('enc'), kid: 'no-y', y: undefined },
    { ...keys.enc, kid: 'private' },
    { kty: 'oct', kid: 'oct', k: 'c2VjcmV0' },
    { ...publicJwk('twice'), kid: 'twice' },
    { ...publicJwk('foreign'), kid: 'twice' },
    'a string', null, 7, [],
  ],
});

// ---- writing tokens
const ISSUER = 'https://acme.torii.so';
const NOW = 1780272000; // 2026-06-01T00:00:00Z
const IAT = 1767225600; // 2026-01-01
const EXP = 4102444800; // 2100-01-01: good by the real clock, too
const b64 = (data) => Buffer.from(data).toString('base64url');
const text = (part) => (typeof part === 'string' || Buffer.isBuffer(part) ? part : JSON.stringify(part));
const head = (more) => ({ alg: 'ES256', kid: 'main', typ: 'JWT', ...more });
const claims = (more) => ({
  sub: '01931a73-8b00-7000-8000-000000000001', pid: '01931a73-8b00-7000-8000-0000000000ee', iss: ISSUER, iat: IAT, exp: EXP,
  sid: '01931a73-8b00-7000-8000-0000000000aa', email_verified: true, profile_complete: true, ...more,
});

// Repeated characters are written as [text, times]: a token is the concatenation of its parts.
const unpack = (e) => e.token ?? e.parts.map(([part, times]) => part.repeat(times)).join('');
const pack = ({ token, ...e }) => {
  const parts = [];
  let end = 0;
  for (const run of token.matchAll(/(.{1,20}?)\1{39,}/gsu)) {
    if (run.index > end) parts.push([token.slice(end, run.index), 1]);
    parts.push([run[1], run[0].length / run[1].length]);
    end = run.index + run[0].length;
  }
  return parts.length === 0 ? { ...e, token } : { ...e, parts: end < token.length ? [...parts, [token.slice(end), 1]] : parts };
};
const earlier = [...(read('hostile.json') ?? []), ...(read('good.json') ?? []), ...(read('deep.json') ?? [])].map((e) => ({ ...e, token: unpack(e) }));
const known = new Map(earlier.filter((e) => e.signer).map((e) => { const at = e.token.lastIndexOf('.'); return [`${e.signer}|${e.token.slice(0, at)}`, e.token.slice(at + 1)]; }));
const once = (name, make) => earlier.find((e) => e.name === name)?.token ?? make();
let signer; // of the current entry, stored with it
const sign = (header, payload, key = 'main', how = {}) => {
  const content = `${b64(text(header))}.${b64(text(payload))}`;
  signer = key + (how.dsaEncoding ?? how.hash ?? '');
  const id = `${signer}|${content}`;
  if (!known.has(id)) known.set(id, crypto.sign(how.hash ?? 'sha256', Buffer.from(content), { key: privateKey(key), dsaEncoding: how.dsaEncoding ?? 'ieee-p1363' }).toString('base64url'));
  return `${content}.${known.get(id)}`;
};
const withSignature = (bytes, header = head(), payload = claims()) => `${b64(text(header))}.${b64(text(payload))}.${typeof bytes === 'string' ? bytes : b64(bytes)}`;

const hostile = [];
const good = [];
const add = (list, name, make, reason, rules) => {
  signer = undefined;
  const token = make();
  list.push({ name, ...(reason && { reason: `Torii.Token${reason}` }), ...(rules && { rules }), ...(signer && { signer }), token });
};
const bad = (reason, name, make, rules) => add(hostile, name, typeof make === 'string' ? () => make : make, reason, rules);
const ok = (name, make, rules) => add(good, name, make, undefined, rules);
const base = withSignature(Buffer.alloc(64, 7));

// ---- good
ok('as torii makes it', () => sign(head(), claims()));
ok('second key, without use and alg', () => sign(head({ kid: 'second' }), claims()  , 'second'));
ok('key with key_ops verify', () => sign(head({ kid: 'key_ops' }), claims(), 'second'));
ok('without typ', () => sign({ alg: 'ES256', kid: 'main' }, claims()));
ok('issuer with a slash', () => sign(head(), claims({ iss: `${ISSUER}/` })));
ok('only what is required', () => sign(head(), { sub: 'u', pid: 'e', iss: ISSUER, iat: IAT, exp: EXP }));
ok('white space in the JSON', () => sign(' {"alg" : "ES256",\n"kid":"main"}\t', JSON.stringify(claims(), null, 2) + '\n'));
ok('org_id', () => sign(head(), claims({ org_id: 'org_1' })));
ok('o as text', () => sign(head(), claims({ o: 'org_1' })));
ok('o as object', () => sign(head(), claims({ o: { id: 'org_1', rol: 'admin' } })));
ok('claims of other types where none is required', () => sign(head(), claims({ email_verified: 'true', profile_complete: 'false', impersonating: 1, locale: 7, org_id: [] })));
ok('unicode', () => sign(head(), claims({ name: 'Søren 😀 \u0000' })));
ok('escaped unicode', () => sign(head(), '{"s\\u0075b":"u","pid":"e","iss":"https:\\/\\/acme.torii.so","iat":1767225600,"exp":4102444800,"n":"\\ud83d\\ude00"}'));
ok('audience that nobody asked for', () => sign(head(), claims({ aud: 'other' })));
ok('audience as text', () => sign(head(), claims({ aud: 'api' })), { audience: ['api'] });
ok('audience in a list', () => sign(head(), claims({ aud: ['x', 'api'] })), { audience: ['api'] });
ok('one of two audiences', () => sign(head(), claims({ aud: 'api' })), { audience: ['web', 'api'] });
ok('expired for 29 s', () => sign(head(), claims({ exp: NOW - 29 })), { now: NOW });
ok('in the last millisecond of the skew', () => sign(head(), claims({ exp: NOW })), { now: NOW + 29.999 });
ok('nbf in 30 s', () => sign(head(), claims({ nbf: NOW + 30 })), { now: NOW });
ok('iat in 30 s', () => sign(head(), claims({ iat: NOW + 30 })), { now: NOW });
ok('no skew, last second', () => sign(head(), claims({ exp: NOW + 1 })), { now: NOW, skew: 0 });
ok('expires in the year 9999', () => sign(head(), claims({ exp: 253402300799 })));
ok('depth 32', () => sign(head(), claims({ x: JSON.parse('['.repeat(31) + ']'.repeat(31)) })));
ok('100 kB of claims', () => sign(head(), claims({ x: 'x'.repeat(100_000) })));
ok('same member name at different places', () => sign(head(), claims({ a: { sub: 1 }, b: [{ sub: 1 }, { sub: 2 }] })));
for (const kid of ['ops-empty', 'use-null', 'nulls']) ok(`kid '${kid}'`, () => sign(head({ kid }), claims(), 'second'));
for (const typ of ['jwt', 'Jwt', 'application/jwt', 'APPLICATION/JWT']) ok(`typ ${typ}`, () => sign(head({ typ }), claims()));
ok('a number beyond every double', () => sign(head(), JSON.stringify(claims()).replace(/}$/, ',"x":1e999}')));
ok('nbf one second before exp', () => sign(head(), claims({ nbf: EXP - 1 })), { now: EXP - 1 });
ok('without sid', () => sign(head(), claims({ sid: undefined })));
ok('sid a number', () => sign(head(), claims({ sid: 42 })));
ok('sid blank', () => sign(head(), claims({ sid: ' ' })));
ok('thumbprint of a certificate', () => sign(head({ x5t: 'AAAA' }), claims()));

// ---- form
for (const [name, token] of Object.entries({
  'one word': 'token', 'a dot': '.', 'two dots': '..', 'three dots': '...', 'two segments': base.split('.').slice(0, 2).join('.'),
  'four segments': `${base}.AAAA`, 'five segments (JWE)': `${b64('{"alg":"ECDH-ES","enc":"A128GCM","kid":"main"}')}..AAAA.AAAA.AAAA`,
  'five segments, direct': `${b64('{"alg":"dir","enc":"A256GCM","zip":"DEF"}')}..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA`,
  'six segments': `${base}.A.A.A`, 'dot at the end': `${base}.`, 'dot at the start': `.${base}`, 'empty header': base.replace(/^[^.]*/, ''),
  'empty payload': base.replace(/\.[^.]*\./, '..'), 'Bearer before it': `Bearer ${base}`, 'quotes around it': `"${base}"`, 'a JSON string of it': JSON.stringify({ token: base }),
  'JWS JSON serialization': JSON.stringify({ payload: base.split('.')[1], protected: base.split('.')[0], signature: base.split('.')[2] }),
  'two tokens': `${base} ${base}`, 'two tokens with a comma': `${base},${base}`, 'URL-encoded': encodeURIComponent(`${base}=`), 'HTML': '<html><body>401</body></html>',
  'NUL at the end': `${base}\0`, 'full-width dot': base.replace('.', '．'), 'Cyrillic A': base.replace('e', 'е'), 'byte order mark': `\uFEFF${base}`, 'emoji': `${base}😀`, 'lone surrogate': `${base}\uD800`,
  'zero-width space': `${base}\u200B`, 'Kelvin sign': base.replace(/.$/, '\u212A'), '512 NULs': '\0'.repeat(512), 'path': '../../etc/passwd', 'SQL': "' OR '1'='1", 'format string': '%s%n{0}{{1}}',
})) bad('Malformed', name, token);
bad('Missing', 'nothing', '');
bad('Missing', 'blanks', ' \t\r\n ');
const goodToken = sign(head(), claims());
const [H, P, S] = goodToken.split('.');
for (const [name, token] of Object.entries({
  'blank before': ` ${goodToken}`, 'blank after': `${goodToken} `, 'line break after': `${goodToken}\n`, 'carriage return after': `${goodToken}\r\n`, 'tab in the middle': `${H}.\t${P}.${S}`,
  'line break in a segment': `${H}.${P.slice(0, 64)}\n${P.slice(64)}.${S}`, 'no-break space after': `${goodToken}\u00A0`,
  'padding on the header': `${H}=.${P}.${S}`, 'padding on the payload': `${H}.${P}=.${S}`, 'padding on the signature': `${H}.${P}.${S}=`, 'two of padding on the signature': `${H}.${P}.${S}==`,
  'percent-encoded padding': `${H}.${P}.${S}%3D%3D`,
  'standard alphabet in the signature': `${H}.${P}.${S.slice(0, -2)}+/`, 'plus in the payload': `${H}.${P.slice(0, -1)}+.${S}`, 'slash in the header': `${H.slice(0, -1)}/.${P}.${S}`,
  'last character of the signature not canonical': `${H}.${P}.${S.slice(0, -1)}${{ A: 'B', Q: 'R', g: 'h', w: 'x' }[S.at(-1)]}`,
  'last character of the signature not canonical, high': `${H}.${P}.${S.slice(0, -1)}${{ A: 'P', Q: 'f', g: 'v', w: '_' }[S.at(-1)]}`,
  'a character less in the signature': `${H}.${P}.${S.slice(0, -1)}`, 'a character more in the signature': `${H}.${P}.${S}AAA`, 'single character signature': `${H}.${P}.A`,
  'reversed': [...goodToken].reverse().join(''), 'upper case': goodToken.toUpperCase(), 'doubled': goodToken + goodToken,
})) bad('Malformed', name, token);
for (let i = 1; i <= 20; i++) {
  const cut = goodToken.slice(0, Math.floor((goodToken.length * i) / 21));
  bad('Malformed', `truncated to ${i}/21`, cut.split('.').length === 3 ? cut.slice(0, cut.lastIndexOf('.')) : cut);
}
bad('Malformed', '1 MB of one letter', () => 'A'.repeat(1 << 20));
bad('Malformed', '1 MB of dots', () => '.'.repeat(1 << 20));
bad('Malformed', '1 MB of payload', () => `${H}.${'QUFB'.repeat(1 << 18)}.${S}`);
bad('Malformed', '1 MB of payload, signed', () => sign(head(), claims({ x: 'x'.repeat(1 << 20) })));
bad('Malformed', '1 MB of signature', () => `${H}.${P}.${'QUFB'.repeat(1 << 18)}`);
bad('Malformed', '1 MB of header', () => `${'QUFB'.repeat(1 << 18)}.${P}.${S}`);
bad('Malformed', 'one character over the limit', () => goodToken + 'A'.repeat(256001 - goodToken.length));
bad('Signature', '999 members, not signed', () => withSignature(Buffer.alloc(64, 1), head(), Object.fromEntries(Array.from({ length: 999 }, (_, i) => [`m${i}`, 0]))));

// ---- JSON, signed with the right key
const json = {
  'array': '[]', 'array of an object': `[${JSON.stringify(claims())}]`, 'null': 'null', 'number': '1', 'string': '"x"', 'a token (nested)': goodToken, 'nothing': ' ', 'truncated object': JSON.stringify(claims()).slice(0, -1),
  'two objects': JSON.stringify(claims()) + '{}', 'text after it': JSON.stringify(claims()) + 'x', 'comma after it': JSON.stringify(claims()) + ',',
  'comment': JSON.stringify(claims()).replace('{', '{/**/'), 'line comment': JSON.stringify(claims()) + '//x', 'single quotes': JSON.stringify(claims()).replaceAll('"', "'"),
  'unquoted names': JSON.stringify(claims()).replace('"sub"', 'sub'), 'trailing comma': JSON.stringify(claims()).replace(/}$/, ',}'), 'NaN': JSON.stringify(claims()).replace(/}$/, ',"n":NaN}'), 'Infinity': JSON.stringify(claims()).replace(/}$/, ',"n":-Infinity}'),
  'hexadecimal number': JSON.stringify(claims()).replace(/}$/, ',"n":0x10}'), 'number with leading zero': JSON.stringify(claims()).replace(/}$/, ',"n":01}'), 'number with plus': JSON.stringify(claims()).replace(/}$/, ',"n":+1}'),
  'raw line break in text': JSON.stringify(claims()).replace(/}$/, ',"n":"\n"}'), 'raw NUL': JSON.stringify(claims()).replace(/}$/, '\0}'), 'undefined escape': JSON.stringify(claims()).replace(/}$/, ',"n":"\\x41"}'),
  'lone high surrogate': JSON.stringify(claims()).replace(/}$/, ',"n":"\\ud800"}'), 'lone low surrogate': JSON.stringify(claims()).replace(/}$/, ',"n":"\\udc00"}'), 'lone surrogate in a name': JSON.stringify(claims()).replace(/}$/, ',"\\ud800":1}'), 'lone surrogate deep down': JSON.stringify(claims()).replace(/}$/, ',"n":[{"a":"\\ud83d\\ud83d"}]}'),
  'lone surrogate in sub': JSON.stringify(claims()).replace('"01931a73-8b00-7000-8000-000000000001"', '"\\ud800"'),
  'byte order mark': '\uFEFF' + JSON.stringify(claims()), 'UTF-16': Buffer.from(JSON.stringify(claims()), 'utf16le'), 'Latin-1': Buffer.from(JSON.stringify(claims({ n: 'ø' })), 'latin1'), 'overlong UTF-8': Buffer.concat([Buffer.from(JSON.stringify(claims()).replace(/}$/, ',"n":"')), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]), 'surrogate in UTF-8': Buffer.concat([Buffer.from(JSON.stringify(claims()).replace(/}$/, ',"n":"')), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]), 'truncated UTF-8': Buffer.concat([Buffer.from(JSON.stringify(claims())), Buffer.from([0xe2, 0x82])]),
  'sub twice': JSON.stringify(claims()).replace('{', '{"sub":"01931a73-8b00-7000-8000-0000000000ff",'), 'exp twice': JSON.stringify(claims()).replace('{', '{"exp":1,'), 'the same value twice': JSON.stringify(claims()).replace('{', `{"iss":"${ISSUER}",`), 'twice, once escaped': JSON.stringify(claims()).replace('{', '{"s\\u0075b":"x",'), 'twice deep down': JSON.stringify(claims()).replace(/}$/, ',"o":{"id":"a","id":"b"}}'), 'twice in a list': JSON.stringify(claims()).replace(/}$/, ',"l":[[{"a":1,"b":2,"a":3}]]}'), 'empty name twice': JSON.stringify(claims()).replace(/}$/, ',"":1,"":2}'),
  'depth 33': JSON.stringify(claims()).replace(/}$/, `,"x":${'['.repeat(32)}${']'.repeat(32)}}`), 'depth 5,000': JSON.stringify(claims()).replace(/}$/, `,"x":${'['.repeat(4999)}${']'.repeat(4999)}}`), 'depth 5,000 of objects': JSON.stringify(claims()).replace(/}$/, `,"x":${'{"a":'.repeat(4999)}1${'}'.repeat(4999)}}`), 'depth 5,000, never closed': '{"a":' + '['.repeat(5000), 'gzip': Buffer.from('H4sIAAAAAAAAA6uuBQBDv6ajAgAAAA==', 'base64'),
};
for (const [name, payload] of Object.entries(json)) bad('Malformed', `payload: ${name}`, () => sign(head(), payload));
const headers = {
  'array': '["ES256"]', 'null': 'null', 'not JSON': 'alg=ES256', 'truncated': '{"alg":"ES256","kid":"main"', 'comment': '{"alg":"ES256",/**/"kid":"main"}', 'single quotes': "{'alg':'ES256','kid':'main'}", 'trailing comma': '{"alg":"ES256","kid":"main",}', 'unquoted': '{alg:"ES256",kid:"main"}',
  'alg twice, none last': '{"alg":"ES256","kid":"main","alg":"none"}', 'alg twice, none first': '{"alg":"none","kid":"main","alg":"ES256"}', 'alg twice, escaped': '{"alg":"ES256","\\u0061lg":"none","kid":"main"}', 'alg twice, the same': '{"alg":"ES256","alg":"ES256","kid":"main"}', 'kid twice': '{"alg":"ES256","kid":"foreign","kid":"main"}', 'byte order mark': '\uFEFF{"alg":"ES256","kid":"main"}', 'text after it': '{"alg":"ES256","kid":"main"}\0', 'lone surrogate in kid': '{"alg":"ES256","kid":"\\ud800"}', 'invalid UTF-8 in kid': Buffer.concat([Buffer.from('{"alg":"ES256","kid":"'), Buffer.from([0xff]), Buffer.from('"}')]), 'depth 5,000': `{"alg":"ES256","kid":"main","x":${'['.repeat(4999)}${']'.repeat(4999)}}`, 'twice deep down': '{"alg":"ES256","kid":"main","x":{"a":1,"a":2}}',
};
for (const [name, header] of Object.entries(headers)) bad('Malformed', `header: ${name}`, () => sign(header, claims()));

// ---- algorithm
for (const alg of ['none', 'None', 'NONE', 'nOnE', '', ' ', 'es256', 'Es256', 'ES256 ', ' ES256', 'ES256\0', 'ＥＳ256', 'ES25６', 'ES256K', 'ES384', 'ES512', 'RS256', 'PS256', 'HS256', 'HS384', 'EdDSA', 'Ed25519', 'SHA256', 'ECDSA', 'A128KW', 'dir', 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256', 'ES256,none', 'ES256;none'])
  bad('Algorithm', `alg '${alg.replace('\0', '\\0')}', signed with the right key`, () => sign(head({ alg }), claims()));
for (const [name, alg] of [['a number', 256], ['null', null], ['a list', ['ES256']], ['an object', { ES256: true }], ['true', true]]) bad('Algorithm', `alg is ${name}`, () => sign(head({ alg }), claims()));
bad('Algorithm', 'no alg', () => sign({ kid: 'main' }, claims()));
bad('Algorithm', 'segments swapped', `${P}.${H}.${S}`);
bad('Algorithm', 'Alg for alg', () => sign({ Alg: 'ES256', kid: 'main' }, claims()));
bad('Algorithm', 'empty header object', () => sign({}, claims()));
bad('Algorithm', 'none without a signature', `${b64('{"alg":"none"}')}.${b64(text(claims()))}.`);
bad('Algorithm', 'none with kid and without a signature', `${b64('{"alg":"none","kid":"main"}')}.${b64(text(claims()))}.`);
const hmac = (header, secret, hash = 'sha256') => { const content = `${b64(text(header))}.${b64(text(claims()))}`; return `${content}.${crypto.createHmac(hash, secret).update(content).digest('base64url')}`; };
const mainPublic = crypto.createPublicKey({ key: keys.main, format: 'jwk' });
bad('Algorithm', 'HS256 with the public key as PEM', () => hmac(head({ alg: 'HS256' }), mainPublic.export({ type: 'spki', format: 'pem' })));
bad('Algorithm', 'HS256 with the public key as DER', () => hmac(head({ alg: 'HS256' }), mainPublic.export({ type: 'spki', format: 'der' })));
bad('Algorithm', 'HS256 with the public key as JWK', () => hmac(head({ alg: 'HS256' }), JSON.stringify(publicJwk('main'))));
bad('Algorithm', 'HS256 with the x coordinate', () => hmac(head({ alg: 'HS256' }), Buffer.from(publicJwk('main').x, 'base64url')));
bad('Algorithm', 'HS256 with nothing', () => hmac(head({ alg: 'HS256' }), ''));
bad('Algorithm', 'HS512 with the public key', () => hmac(head({ alg: 'HS512' }), mainPublic.export({ type: 'spki', format: 'pem' }), 'sha512'));
bad('Algorithm', 'HS256 with the key oct of the set', () => hmac(head({ alg: 'HS256', kid: 'oct' }), Buffer.from('secret')));
bad('Algorithm', 'ES384 with the key of the set', () => sign(head({ alg: 'ES384', kid: 'p384' }), claims(), 'p384', { hash: 'sha384' }));
bad('Algorithm', 'RS256 with the key of the set', () => { const content = `${b64(text(head({ alg: 'RS256', kid: 'rsa' })))}.${b64(text(claims()))}`; return `${content}.${crypto.sign('sha256', Buffer.from(content), privateKey('rsa')).toString('base64url')}`; });
bad('Algorithm', 'EdDSA with the key of the set', () => { const content = `${b64(text(head({ alg: 'EdDSA', kid: 'ed' })))}.${b64(text(claims()))}`; return `${content}.${crypto.sign(null, Buffer.from(content), privateKey('ed')).toString('base64url')}`; });
bad('Algorithm', 'JWE header in three segments', () => sign({ alg: 'ECDH-ES', enc: 'A128GCM', kid: 'main' }, claims()));

// ---- header
for (const [name, more] of Object.entries({
  'crit with b64': { crit: ['b64'], b64: true }, 'b64 false': { crit: ['b64'], b64: false }, 'b64 false without crit': { b64: false }, 'b64 true': { b64: true }, 'crit, unknown': { crit: ['x'], x: 1 }, 'crit, empty': { crit: [] }, 'crit null': { crit: null }, 'crit exp': { crit: ['exp'] }, 'zip': { zip: 'DEF' }, 'enc': { enc: 'A128GCM' }, 'cty JWT': { cty: 'JWT' }, 'cty json': { cty: 'json' },
  'jku': { jku: 'https://evil.example/jwks.json' }, 'jku of the issuer': { jku: `${ISSUER}/_torii/.well-known/jwks.json` }, 'jwk': { jwk: publicJwk('foreign') }, 'jwk of the issuer': { jwk: publicJwk('main') }, 'x5u': { x5u: 'https://evil.example/cert.pem' }, 'x5c': { x5c: ['MIIB'] }, 'jku on a file': { jku: 'file:///etc/passwd' }, 'jku on metadata': { jku: 'http://169.254.169.254/latest' },
  ...Object.fromEntries(['', ' ', 'JOSE', 'JWT ', ' JWT', 'at+jwt', 'application/at+jwt', 'logout+jwt', 'dpop+jwt', 'secevent+jwt', 'id_token', 'jwt+x', 'text/jwt', 'application/', 'application/application/jwt', 'JWT\0', 'ＪＷＴ'].map((typ) => [`typ ${JSON.stringify(typ)}`, { typ }])), 'typ a number': { typ: 1 }, 'typ null': { typ: null }, 'typ a list': { typ: ['JWT'] },
  'kid null': { kid: null }, 'kid a number': { kid: 1 }, 'kid a list': { kid: ['main'] }, 'kid an object': { kid: { kid: 'main' } }, 'kid true': { kid: true }, 'kid empty': { kid: '' }, 'kid of 257 characters': { kid: 'k'.repeat(257) }, 'kid of 100,000 characters': { kid: 'k'.repeat(100000) }, 'no kid': { kid: undefined }, 'Kid for kid': { kid: undefined, Kid: 'main' },
})) bad('Header', name, () => sign(head(more), claims()));
for (const [name, more] of Object.entries({ 'jku, signed with its key': { jku: 'https://evil.example/jwks.json' }, 'jwk, signed with it': { jwk: publicJwk('foreign') }, 'jwk of no name, signed with it': { jwk: publicJwk('foreign'), kid: undefined }, 'x5u, signed with its key': { x5u: 'https://evil.example/c.pem' } }))
  bad('Header', name, () => sign(head(more), claims(), 'foreign'));

// ---- key
for (const kid of ['other', 'MAIN', 'Main', 'main ', ' main', 'main\0', 'main/', './main', '../main', '../../../../etc/passwd', 'C:\\Windows\\win.ini', '/dev/null', "main' OR '1'='1", "'; DROP TABLE keys; --", 'main UNION SELECT', '$(id)', '`id`', '| id', '%00', 'main%00', 'file:///etc/passwd', 'https://evil.example/key', '*', '?', 'ma*', '.', '..', '\r\nX-Injected: 1', '\u001b[31mred', '__proto__', 'constructor', 'toString', 'ｍａｉｎ', 'mаin', 'k'.repeat(256), 'undefined', 'null', '0', '42'])
  bad('UnknownKey', `kid ${JSON.stringify(kid).slice(0, 60)}, signed with the right key`, () => sign(head({ kid }), claims()));
for (const kid of ['rsa', 'p384', 'p521', 'k1', 'k1-as-p256', 'p384-as-p256', 'ed', 'enc', 'encrypts', 'ops-text', 'es384', 'alg-number', 'd-empty', 'use-empty', 'ops-of-null', 'surrogate-in-use', 'surrogate-in-ops', 'surrogate-in-x', 'off-curve', 'zero', 'short', 'padded', 'no-y', 'private', 'oct', 'twice'])
  bad('UnknownKey', `kid '${kid}', a key of the set that is not for this`, () => sign(head({ kid }), claims(), keys[kid]?.crv === 'P-256' ? kid : 'enc'));
bad('UnknownKey', 'ES256 said with a P-384 key', () => sign(head({ kid: 'p384' }), claims(), 'p384'));
bad('UnknownKey', 'ES256 said with a P-384 key and SHA-384', () => sign(head({ kid: 'p384' }), claims(), 'p384', { hash: 'sha384' }).replace(/[^.]*$/, (s) => s.slice(0, 86).replace(/.$/, 'A')));
bad('UnknownKey', 'ES256 said with an RSA key', () => { const content = `${b64(text(head({ kid: 'rsa' })))}.${b64(text(claims()))}`; return `${content}.${crypto.sign('sha256', Buffer.from(content), privateKey('rsa')).subarray(0, 64).toString('base64url')}`; });
bad('UnknownKey', 'an HMAC with the public key and kid oct', () => { const content = `${b64(text(head({ kid: 'oct' })))}.${b64(text(claims()))}`; return `${content}.${crypto.createHmac('sha512', 'secret').update(content).digest('base64url')}`; });
bad('UnknownKey', "the other tenant's key by its own name", () => sign(head({ kid: 'foreign' }), claims(), 'foreign'));

// ---- signature
const N = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
const FIELD = Buffer.from('ffffffff00000001000000000000000000000000ffffffffffffffffffffffff', 'hex');
const [R, T] = [Buffer.from(S, 'base64url').subarray(0, 32), Buffer.from(S, 'base64url').subarray(32)];
const zero = Buffer.alloc(32), one = Buffer.concat([Buffer.alloc(31), Buffer.from([1])]), full = Buffer.alloc(32, 255);
const minus = (a, b) => Buffer.from((BigInt(`0x${a.toString('hex')}`) - BigInt(`0x${b.toString('hex')}`)).toString(16).padStart(64, '0'), 'hex');
for (const [name, r, s] of [['all zeros', zero, zero], ['r = 0', zero, T], ['s = 0', R, zero], ['r = n', N, T], ['s = n', R, N], ['r = s = n', N, N], ['r = 1, s = 1', one, one], ['r = 0, s = 1', zero, one], ['r = 1, s = 0', one, zero], ['all ones', full, full], ['r = n - 1', minus(N, one), T], ['s = n - 1', R, minus(N, one)], ['r = p', FIELD, T], ['r and s swapped', T, R], ['r twice', R, R], ['s twice', T, T], ['r = n, s = 0', N, zero], ['r = x of the key', Buffer.from(publicJwk('main').x, 'base64url'), T]])
  bad('Signature', `signature: ${name}`, `${H}.${P}.${b64(Buffer.concat([r, s]))}`);
bad('Signature', 'signature: s + n, cut to 32 bytes', () => `${H}.${P}.${b64(Buffer.concat([R, Buffer.from(((BigInt(`0x${T.toString('hex')}`) + BigInt(`0x${N.toString('hex')}`)) & ((1n << 256n) - 1n)).toString(16).padStart(64, '0'), 'hex')]))}`);
for (const length of [0, 1, 2, 32, 33, 62, 63, 65, 66, 70, 72, 96, 128, 132]) bad('Signature', `signature of ${length} bytes`, `${H}.${P}.${b64(Buffer.concat([Buffer.from(S, 'base64url'), Buffer.alloc(128)]).subarray(0, length))}`);
bad('Signature', 'DER instead of P1363', () => sign(head(), claims(), 'main', { dsaEncoding: 'der' }));
bad('Signature', 'leading zeros before r and s', `${H}.${P}.${b64(Buffer.concat([Buffer.from([0]), R, Buffer.from([0]), T]))}`);
bad('Signature', "the other tenant's key under our name", () => sign(head(), claims(), 'foreign'));
bad('Signature', 'the second key under the name of the first', () => sign(head(), claims(), 'second'));
bad('Signature', 'the first key under the name of the second', () => sign(head({ kid: 'second' }), claims()));
bad('Signature', 'P-384 key under our name, cut', () => sign(head(), claims(), 'p384').replace(/[^.]*$/, (s) => b64(Buffer.from(s, 'base64url').subarray(0, 64))));
bad('Signature', 'secp256k1 under our name', () => sign(head(), claims(), 'k1'));
bad('Signature', 'SHA-384 under ES256', () => sign(head(), claims(), 'main', { hash: 'sha384' }));
bad('Signature', 'SHA-1 under ES256', () => sign(head(), claims(), 'main', { hash: 'sha1' }));
bad('Signature', 'SHA-512 under ES256', () => sign(head(), claims(), 'main', { hash: 'sha512' }));
bad('Signature', 'signature of another token', () => withSignature(Buffer.from(S, 'base64url'), head(), claims({ sub: '01931a73-8b00-7000-8000-000000000002' })));
bad('Signature', 'payload alone signed', () => once('payload alone signed', () => `${H}.${P}.${crypto.sign('sha256', Buffer.from(P), { key: privateKey('main'), dsaEncoding: 'ieee-p1363' }).toString('base64url')}`));
bad('Signature', 'decoded content signed (b64 false in disguise)', () => once('decoded content signed (b64 false in disguise)', () => `${H}.${P}.${crypto.sign('sha256', Buffer.from(`${H}.${text(claims())}`), { key: privateKey('main'), dsaEncoding: 'ieee-p1363' }).toString('base64url')}`));
bad('Signature', 'HMAC of 64 bytes under ES256', () => `${H}.${P}.${crypto.createHmac('sha512', JSON.stringify(publicJwk('main'))).update(`${H}.${P}`).digest('base64url')}`);
bad('Signature', 'claims changed: another user', `${H}.${b64(text(claims({ sub: 'x' })))}.${S}`);
bad('Signature', 'claims changed: expires later', `${H}.${b64(text(claims({ exp: EXP + 1 })))}.${S}`);
bad('Signature', 'claims changed: white space', `${H}.${b64(`${text(claims())} `)}.${S}`);
bad('Signature', 'header changed: typ', `${b64(text(head({ typ: 'jwt' })))}.${P}.${S}`);
bad('Signature', 'unsigned claims are not judged', () => withSignature(Buffer.alloc(64, 9), head(), {}));
bad('Signature', 'expired and not signed', () => withSignature(Buffer.alloc(64, 9), head(), claims({ exp: 1 })));

// ---- one flipped bit; the expected reason is computed independently of the tested code
const judge = (token) => {
  const parse = (part) => { try { const o = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(part, 'base64url'))); return o && typeof o === 'object' && !Array.isArray(o) ? o : undefined; } catch { return undefined; } };
  const [h, p] = token.split('.').map(parse);
  return !h || !p ? 'Malformed' : h.alg !== 'ES256' ? 'Algorithm' : typeof h.kid !== 'string' || !h.kid || ('typ' in h && !/^(application\/)?jwt$/i.test(h.typ)) ? 'Header' : h.kid !== 'main' ? 'UnknownKey' : 'Signature';
};
const whole = Buffer.concat([H, P, S].map((s) => Buffer.from(s, 'base64url')));
const [hl, pl] = [H, P].map((s) => Buffer.from(s, 'base64url').length);
for (let i = 0; i < 72; i++) {
  const bit = Math.floor((whole.length * 8 * i) / 72) + (i % 8);
  const flipped = Buffer.from(whole);
  flipped[bit >> 3] ^= 1 << (bit & 7);
  const token = [flipped.subarray(0, hl), flipped.subarray(hl, hl + pl), flipped.subarray(hl + pl)].map(b64).join('.');
  bad(judge(token), `bit ${bit} flipped`, token);
}

// ---- claims
for (const name of ['sub', 'pid', 'iss']) {
  for (const [what, value] of [['missing', undefined], ['null', null], ['empty', ''], ['blank', ' \t'], ['a number', 42], ['true', true], ['a list', ['a']], ['an object', { id: 'a' }]]) bad('Claims', `${name} ${what}`, () => sign(head(), claims({ [name]: value })));
}
for (const name of ['iat', 'exp']) {
  for (const [what, value] of [['missing', undefined], ['null', null], ['a string', '4102444800'], ['a date', '2100-01-01T00:00:00Z'], ['true', true], ['a list', [EXP]], ['an object', { seconds: EXP }], ['a fraction', 1767225600.5], ['less than zero', -1], ['in milliseconds, past the year 9999', 253402300800]]) bad('Claims', `${name} ${what}`, () => sign(head(), claims({ [name]: value })));
  for (const [what, number] of [['1.0e10', '1.0e10'], ['1e10', '1e10'], ['with .0', '4102444800.0'], ['of 400 digits', '9'.repeat(400)], ['1e999', '1e999'], ['2^63', '9223372036854775808'], ['2^64 + 1', '18446744073709551617'], ['-0.0', '-0.0']])
    bad('Claims', `${name} ${what}`, () => sign(head(), JSON.stringify(claims()).replace(new RegExp(`"${name}":\\d+`), `"${name}":${number}`)));
}
for (const [what, value] of [['null', null], ['a string', '1'], ['a fraction', 1.5], ['a list', []], ['less than zero', -5]]) bad('Claims', `nbf ${what}`, () => sign(head(), claims({ nbf: value })));
for (const [what, more] of [['after exp', { nbf: EXP + 1 }], ['after exp, both in the past', { exp: IAT, nbf: IAT + 1 }], ['equal to exp', { exp: NOW + 60, nbf: NOW + 60 }], ['after exp, within the skew of both', { exp: NOW - 5, nbf: NOW + 5 }]])
  bad('Claims', `nbf ${what}`, () => sign(head(), claims(more)), { now: NOW });
bad('Claims', 'no claims at all', () => sign(head(), {}));
bad('Claims', 'names in another case', () => sign(head(), { Sub: 'u', Pid: 'e', Iss: ISSUER, Iat: IAT, Exp: EXP }));

// ---- issuer
for (const iss of ['https://evil.example', 'https://acme.torii.so.evil.example', 'https://evil.acme.torii.so', 'https://acme.torii.so//', 'https://acme.torii.so/x', 'https://acme.torii.so/?', 'https://acme.torii.so#', 'https://acme.torii.so:443', 'https://acme.torii.so:8443', 'https://ACME.torii.so', 'HTTPS://acme.torii.so', 'http://acme.torii.so', 'https://user@acme.torii.so', 'https://acme.torii.so@evil.example', ' https://acme.torii.so', 'https://acme.torii.so ', 'https://acme.torii.so\n', 'https://acme.torii.so\0', 'acme.torii.so', '//acme.torii.so', 'https://acme.torii.so.', 'https://acme.torii.so%2F', 'https://acme%2Etorii.so', 'https://xn--acme-.torii.so', 'https://аcme.torii.so', 'https://ａｃｍｅ.torii.so', 'https://acme.torii.so\\', '/', '*'])
  bad('Issuer', `iss ${JSON.stringify(iss)}`, () => sign(head(), claims({ iss })));
bad('Issuer', 'iss in punycode', () => sign(head(), claims({ iss: 'https://xn--bcher-kva.example' })), { issuer: 'https://bücher.example' });
bad('Issuer', 'iss in Unicode', () => sign(head(), claims({ iss: 'https://bücher.example' })), { issuer: 'https://xn--bcher-kva.example' });
bad('Issuer', 'iss decomposed', () => sign(head(), claims({ iss: 'https://bu\u0308cher.example' })), { issuer: 'https://bücher.example' });
bad('Issuer', 'case of the issuer', () => sign(head(), claims()), { issuer: 'https://Acme.torii.so' });
bad('Issuer', 'port of the issuer', () => sign(head(), claims()), { issuer: 'https://acme.torii.so:443' });
bad('Issuer', 'path of the issuer', () => sign(head(), claims()), { issuer: 'https://acme.torii.so/tenant' });
bad('Issuer', "an expired token of another issuer is the issuer's first", () => sign(head(), claims({ iss: 'https://evil.example', exp: 1 })));

// ---- audience
for (const [what, aud] of [['missing', undefined], ['another', 'other'], ['in another case', 'API'], ['empty', ''], ['an empty list', []], ['a list of others', ['x', 'y']], ['a number', 1], ['null', null], ['an object', { api: true }], ['a list with a number', ['api', 1]], ['a list in a list', [['api']]], ['a prefix', 'api2'], ['with a blank', 'api ']])
  bad('Audience', `aud ${what}`, () => sign(head(), claims({ aud })), { audience: ['api'] });

// ---- times
for (const [name, more, rules] of [
  ['expired at exactly exp + 30 s', { exp: NOW - 30 }, { now: NOW }], ['expired at exp + 31 s', { exp: NOW - 31 }, { now: NOW }], ['expired years ago', { exp: IAT + 60 }, { now: NOW }], ['exp 0', { exp: 0 }, undefined], ['exp 1', { exp: 1 }, undefined],
  ['expired at exactly exp, no skew', { exp: NOW }, { now: NOW, skew: 0 }], ['expired at exp + 5 min, skew 300', { exp: NOW - 300 }, { now: NOW, skew: 300 }], ['expired, one millisecond past', { exp: NOW }, { now: NOW + 30.001 }],
]) bad('Expired', name, () => sign(head(), claims(more)), rules);
for (const [name, more, rules] of [
  ['nbf in 31 s', { nbf: NOW + 31 }, { now: NOW }], ['nbf one millisecond too early', { nbf: NOW + 31 }, { now: NOW + 0.999 }], ['nbf in years', { nbf: EXP - 1 }, { now: NOW }], ['nbf in 1 s, no skew', { nbf: NOW + 1 }, { now: NOW, skew: 0 }], ['iat in 31 s', { iat: NOW + 31 }, { now: NOW }], ['iat in years', { iat: EXP - 60 }, { now: NOW }], ['iat in milliseconds', { iat: 178027200000 }, { now: NOW }],
]) bad('NotYetValid', name, () => sign(head(), claims(more)), rules);

const names = new Set();
for (const entry of [...hostile, ...good]) { if (names.has(entry.name)) throw new Error(`twice: ${entry.name}`); names.add(entry.name); }
write('hostile.json', hostile.map(pack));
write('good.json', good.map(pack));
// Deep enough to crash a process whose parser recurses: tested in a separate process.
const deep = [];
for (const [name, open, close] of [['lists', '[', ']'], ['objects', '{"a":', '}']])
  add(deep, `depth 20,000 of ${name}`, () => sign(head(), JSON.stringify(claims()).replace(/}$/, `,"x":${open.repeat(20000)}${name === 'objects' ? 1 : ''}${close.repeat(20000)}}`)), 'Malformed');
write('deep.json', deep.map(pack));
console.log(`${hostile.length} hostile, ${good.length} good`);
