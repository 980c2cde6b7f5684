// Seals a text to its owner's public key, as nti_lms/domain/sealing.py opens it: docs/crypto.md draws the envelope.
const sealing = (() => {
  "use strict";
  const ENTRY = 0x21, BUCKETS = [1, 4, 16, 64, 256].map((size) => size * 1024);
  const KEM = [0x4b, 0x45, 0x4d, 0, 0x10], SUITE = [0x48, 0x50, 0x4b, 0x45, 0, 0x10, 0, 1, 0, 2];
  const CURVE = { name: "ECDH", namedCurve: "P-256" };
  const bytes = (text) => new TextEncoder().encode(text);
  const join = (...parts) => Uint8Array.from(parts.flatMap((part) => Array.from(part)));
  const long = (number) => [24, 16, 8, 0].map((shift) => (number >> shift) & 255);

  async function hmac(key, text) {
    const used = key.length ? key : new Uint8Array(32); // as RFC 5869 has it
    const made = await crypto.subtle.importKey("raw", used, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign("HMAC", made, text));
  }
  const extract = (suite, salt, label, secret) => hmac(salt, join(bytes("HPKE-v1"), suite, bytes(label), secret));
  async function expand(suite, secret, label, info, length) {
    const labelled = join([0, length], bytes("HPKE-v1"), suite, bytes(label), info, [1]);
    return (await hmac(secret, labelled)).slice(0, length);
  }

  async function encrypt(key, nonce, text, bound) {
    const made = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
    return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: bound }, made, text));
  }

  // HPKE (RFC 9180), base mode: what is sent is the ephemeral public key and the ciphertext.
  async function hpke(point, text, info) {
    const owner = await crypto.subtle.importKey("raw", point, CURVE, false, []);
    const pair = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
    const sent = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: owner }, pair.privateKey, 256));
    const secret = await expand(KEM, await extract(KEM, [], "eae_prk", shared), "shared_secret", join(sent, point), 32);
    const context = join([0], await extract(SUITE, [], "psk_id_hash", []), await extract(SUITE, [], "info_hash", info));
    const made = await extract(SUITE, secret, "secret", []);
    const key = await expand(SUITE, made, "key", context, 32);
    const nonce = await expand(SUITE, made, "base_nonce", context, 12);
    return join(sent, await encrypt(key, nonce, text, new Uint8Array(0)));
  }

  // `place` is what the envelope is bound to: table, row, owner, revision.
  async function seal(text, point, place) {
    const plain = bytes(text), counted = join(long(plain.length), plain), bound = bytes(JSON.stringify([ENTRY, ...place]));
    const padded = new Uint8Array(BUCKETS.find((size) => counted.length <= size));
    padded.set(counted);
    const key = crypto.getRandomValues(new Uint8Array(32)), nonce = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await hpke(point, key, bound);
    return join([ENTRY], long(sealed.length), sealed, nonce, await encrypt(key, nonce, padded, bound));
  }

  const toText = (raw) => btoa(Array.from(raw, (byte) => String.fromCharCode(byte)).join(""));
  const fromText = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return { seal, toText, fromText };
})();
