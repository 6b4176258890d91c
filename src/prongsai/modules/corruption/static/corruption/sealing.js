/* Sealing in the browser: HPKE (RFC 9180, base mode) with P-256, HKDF-SHA256 and AES-256-GCM, by WebCrypto alone.
   Makes the same bytes as sealing.py. `sealing` is null where the browser cannot do it. */
"use strict";

const sealing = (() => {
  const subtle = globalThis.crypto && globalThis.crypto.subtle;
  if (!subtle || !globalThis.TextEncoder) return null;

  const utf8 = (text) => new TextEncoder().encode(text);
  const P256 = { name: "ECDH", namedCurve: "P-256" };
  const CONTEXT = "prongsai corruption v1 ";
  const SMALLEST = 4096;
  const KEM = joined(utf8("KEM"), two(0x0010));
  const SUITE = joined(utf8("HPKE"), two(0x0010), two(0x0001), two(0x0002));
  const NOTHING = new Uint8Array(0);

  function two(number) {
    return new Uint8Array([number >> 8, number & 255]);
  }

  function joined(...parts) {
    const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  async function mac(key, data) {
    // WebCrypto takes no empty key: RFC 5869 reads none as a block of zeros.
    const raw = key.length ? key : new Uint8Array(32);
    const made = await subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return new Uint8Array(await subtle.sign("HMAC", made, data));
  }

  const extract = (suite, salt, label, secret) => mac(salt, joined(utf8("HPKE-v1"), suite, utf8(label), secret));

  async function expand(suite, secret, label, info, length) {
    const whole = joined(two(length), utf8("HPKE-v1"), suite, utf8(label), info);
    // 32 bytes are the most that is asked for: one round.
    return (await mac(secret, joined(whole, new Uint8Array([1])))).slice(0, length);
  }

  async function encapsulated(publicBytes) {
    const theirs = await subtle.importKey("raw", publicBytes, P256, true, []);
    const ours = await subtle.generateKey(P256, true, ["deriveBits"]);
    const point = new Uint8Array(await subtle.exportKey("raw", ours.publicKey));
    const shared = await subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256);
    const drawn = await extract(KEM, NOTHING, "eae_prk", new Uint8Array(shared));
    return { point, secret: await expand(KEM, drawn, "shared_secret", joined(point, publicBytes), 32) };
  }

  async function encrypted(content, publicBytes, info) {
    const { point, secret } = await encapsulated(publicBytes);
    const psk = await extract(SUITE, NOTHING, "psk_id_hash", NOTHING);
    const told = await extract(SUITE, NOTHING, "info_hash", info);
    const schedule = joined(new Uint8Array([0]), psk, told);
    const drawn = await extract(SUITE, secret, "secret", NOTHING);
    const key = await expand(SUITE, drawn, "key", schedule, 32);
    const iv = await expand(SUITE, drawn, "base_nonce", schedule, 12);
    const made = await subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
    return joined(point, new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv }, made, content)));
  }

  function padded(content) {
    let step = SMALLEST;
    while (step < 4 + content.length) step *= 2;
    const whole = new Uint8Array(step);
    new DataView(whole.buffer).setUint32(0, content.length);
    whole.set(content, 4);
    return whole;
  }

  const seal = (content, publicBytes, purpose) => encrypted(padded(content), publicBytes, utf8(CONTEXT + purpose));

  const wrap = (secret, publicBytes, belongsTo) =>
    encrypted(secret, publicBytes, joined(utf8(CONTEXT + "wrap "), belongsTo));

  async function pair() {
    const made = await subtle.generateKey(P256, true, ["deriveBits"]);
    const { d } = await subtle.exportKey("jwk", made.privateKey);
    return {
      secret: fromBase64(d.replace(/-/g, "+").replace(/_/g, "/")),
      public: new Uint8Array(await subtle.exportKey("raw", made.publicKey)),
    };
  }

  function toBase64(bytes) {
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
  }

  function fromBase64(text) {
    return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  }

  /* What nobody can open and nobody can tell from a wrapped key. */
  const nobodys = async () => wrap(crypto.getRandomValues(new Uint8Array(32)), (await pair()).public, NOTHING);

  /* A whole report: sealed to a key of its own, and that key wrapped for each reader ({id, key}). All others get what
     opens nothing: how long the report is on the line does not tell how many may read it. */
  async function report(content, readers, all = readers) {
    const own = await pair();
    const wraps = {};
    for (const each of all) {
      const made = readers.includes(each) ? wrap(own.secret, fromBase64(each.key), own.public) : nobodys();
      wraps[each.id] = toBase64(await made);
    }
    const sealed = await seal(utf8(JSON.stringify(content)), own.public, "content");
    own.secret.fill(0);
    return { sealed: toBase64(sealed), key: toBase64(own.public), wraps: JSON.stringify(wraps) };
  }

  return { report, seal, wrap, pair, toBase64, fromBase64, utf8 };
})();
