#!/usr/bin/env python3
# ruff: noqa: B905
"""Checks a bundle of Zhijia's audit trail. This one file needs Python 3.9 or newer and nothing else: no package, no
database, no network. 校验职家审计证据包：只需 Python 3.9 以上，不需要其他软件、数据库或网络。

    python3 verify_audit.py BUNDLE.zip [--roots KEPT.jsonl] [--key KEY]

`--roots` compares with signed roots that were kept elsewhere (the page /audit/roots of the installation), `--key` names
the key that must have signed. Exit code 0: everything fits. 1: something does not, and each line says what.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

SIGNED, ENDORSED, BUNDLED = b"zhijia.audit.statement\0", b"zhijia.audit.endorsement\0", b"zhijia.audit.bundle\0"
GENESIS = bytes(32)
HASHED = ("chain", "seq", "at", "actor_id", "actor", "act", "subject", "person_id", "purpose", "data")
WORDS = {
    "entries": "entries whose content gives their hash / 内容与哈希相符的记录",
    "proofs": "entries proven to be under a signed root / 证明在已签名根之下的记录",
    "links": "links between entries of one chain / 同链前后相接",
    "chains": "whole chains, from the first entry to the head / 从首条到链头完整的链",
    "statements": "signed statements in their order / 依次相接的签名声明",
    "signatures": "signatures checked / 已核验的签名",
    "compared": "statements equal to the copy that was kept / 与另存副本一致的声明",
}

Json = dict[str, Any]


def sm3(message: bytes) -> bytes:
    """SM3 (GB/T 32905-2016), by OpenSSL where it has it."""
    try:
        return hashlib.new("sm3", message).digest()
    except ValueError:
        return sm3_plain(message)


def sm3_plain(message: bytes) -> bytes:
    """SM3 in plain Python."""
    state = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    padded = message + b"\x80" + bytes((55 - len(message)) % 64) + (8 * len(message)).to_bytes(8, "big")
    for start in range(0, len(padded), 64):
        w = [int.from_bytes(padded[i : i + 4], "big") for i in range(start, start + 64, 4)]
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ _turn(w[j - 3], 15)
            w.append(x ^ _turn(x, 15) ^ _turn(x, 23) ^ _turn(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            ss1 = _turn((_turn(a, 12) + e + _turn(0x79CC4519 if j < 16 else 0x7A879D8A, j % 32)) & 0xFFFFFFFF, 7)
            ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if j < 16 else (e & f) | (~e & 0xFFFFFFFF & g)
            tt1 = (ff + d + (ss1 ^ _turn(a, 12)) + (w[j] ^ w[j + 4])) & 0xFFFFFFFF
            tt2 = (gg + h + ss1 + w[j]) & 0xFFFFFFFF
            a, b, c, d, e, f, g, h = tt1, a, _turn(b, 9), c, tt2 ^ _turn(tt2, 9) ^ _turn(tt2, 17), e, _turn(f, 19), g
        state = [x ^ y for x, y in zip(state, (a, b, c, d, e, f, g, h))]
    return b"".join(x.to_bytes(4, "big") for x in state)


def _turn(x: int, n: int) -> int:
    return ((x << n) | (x >> (32 - n))) & 0xFFFFFFFF if n else x


P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]


def ed25519_plain(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature fits (RFC 8032, section 5.1.7), in plain Python."""
    a = _point(public)
    r = _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if len(public) != 32 or len(signature) != 64 or a is None or r is None or s >= L:
        return False
    y = 4 * pow(5, P - 2, P) % P
    x = _x_of(y, 0)
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = _times(s, (x or 0, y, 1, (x or 0) * y % P)), _add(r, _times(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def _x_of(y: int, sign: int) -> int | None:
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - x2) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def _point(raw: bytes) -> Point | None:
    if len(raw) != 32:
        return None
    number = int.from_bytes(raw, "little")
    y = number & (2**255 - 1)
    x = _x_of(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _times(s: int, p: Point) -> Point:
    q: Point = (0, 1, 1, 0)
    while s:
        if s & 1:
            q = _add(q, p)
        p, s = _add(p, p), s >> 1
    return q


try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    QUICK = True
except ImportError:
    QUICK = False


def ed25519(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature fits, by the package `cryptography` where it is installed."""
    if not QUICK:
        return ed25519_plain(public, signature, message)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


VERIFIES: dict[str, Callable[[bytes, bytes, bytes], bool]] = {"ed25519": ed25519}


def canonical(value: object) -> bytes:
    """The one byte encoding that hashes are made over."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(prev: bytes, *fields: object) -> bytes:
    """SM3 over what went before and the canonical array of `fields`."""
    return sm3(prev + canonical(fields))


def root_by(path: list[str], leaf: bytes, index: int, size: int) -> bytes:
    """The Merkle root that a leaf and its path give (RFC 9162, section 2.1.3.2). Raises ValueError for a bad path."""
    node, at, last = leaf, index, size - 1
    for sibling in map(bytes.fromhex, path):
        if last == 0:
            raise ValueError("its path is too long")
        if at & 1 or at == last:
            node = sm3(b"\1" + sibling + node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = sm3(b"\1" + node + sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise ValueError("its path is too short")
    return node


class Bundle:
    """One bundle, and what its check has found so far."""

    def __init__(self, path: str) -> None:
        self.zip = zipfile.ZipFile(path)
        self.about: Json = json.loads(self.zip.read("bundle.json"))
        self.problems: list[str] = []
        self.counts = dict.fromkeys(WORDS, 0)
        self.said: dict[str, Json] = {}
        self.keys: dict[str, tuple[str, bytes]] = {}
        self.present = ""

    def lines(self, name: str) -> Iterator[Json]:
        """The JSON lines of one file."""
        with self.zip.open(name) as file:
            for line in file:
                yield json.loads(line)

    def check(self, kept: list[str] | None = None, key: str = "") -> bool:
        """Check everything; whether it fits."""
        for name, wanted in self.about["files"].items():
            if hashlib.sha256(self.zip.read(name)).hexdigest() != wanted:
                self.problems.append(name + ": the file was changed / 文件被改动")
        needed = {cover["cover"] for cover in self.lines("covers.jsonl")}
        self._statements(needed)
        self._bundle_itself(key)
        covers = self._covers()
        self._entries(covers)
        if kept is not None:
            self._compare(kept)
        return not self.problems

    def _statements(self, needed: set[str]) -> None:
        prev, number, newest = GENESIS, 0, None
        for line in self.lines("statements.jsonl"):
            body, says = line["body"].encode(), json.loads(line["body"])
            where, number = "statement " + str(says["number"]), number + 1
            if says["number"] != number or says["prev"] != prev.hex():
                self.problems.append(where + ": it does not follow the one before it / 与前一条不相接")
            prev = sm3(body)
            if says["kind"] == "key":
                self._introduce(where, says)
            about = says["kind"] + ":" + str(says.get("day", says.get("checkpoint", says["key"])))
            self.said[about] = says
            self.counts["statements"] += 1
            newest = (where, says, line["signature"], body)
            # By its `prev` each signed statement vouches for all before it; plain Python is slow, so it checks fewer.
            if QUICK or says["kind"] == "key" or about in needed:
                self._signature(*newest)
                newest = None
        if newest:
            self._signature(*newest)

    def _introduce(self, where: str, says: Json) -> None:
        algorithm, public, before = says["algorithm"], bytes.fromhex(says["public"]), self.present
        name = sm3(algorithm.encode() + b"\0" + public).hex()[:16]
        if name != says["key"] or algorithm not in VERIFIES:
            self.problems.append(where + ": a key with a wrong name or an unknown scheme / 密钥名称不符或算法未知")
            return
        self.keys[name], self.present = (algorithm, public), name
        if before:
            old, old_public = self.keys[before]
            message = ENDORSED + algorithm.encode() + b"\0" + public
            if not VERIFIES[old](old_public, bytes.fromhex(says["endorsement"]), message):
                self.problems.append(where + ": the key before it did not endorse it / 新密钥未经前一密钥背书")

    def _signature(self, where: str, says: Json, signature: str, body: bytes) -> None:
        algorithm, public = self.keys.get(self.present, ("", b""))
        self.counts["signatures"] += 1
        if says["key"] != self.present or not VERIFIES[algorithm](public, bytes.fromhex(signature), SIGNED + body):
            self.problems.append(where + ": its signature does not fit / 签名不符")

    def _bundle_itself(self, key: str) -> None:
        signed = json.loads(self.zip.read("bundle.sig"))
        algorithm, public = self.keys.get(signed["key"], ("", b""))
        message = BUNDLED + self.zip.read("bundle.json")
        if not algorithm or not VERIFIES[algorithm](public, bytes.fromhex(signed["signature"]), message):
            self.problems.append("bundle: its signature does not fit / 证据包签名不符")
        if key and key not in (self.present, self.keys.get(self.present, ("", b""))[1].hex()):
            self.problems.append("key: " + self.present + " signed, not the one you named / 签名密钥与您指定的不符")

    def _covers(self) -> dict[str, Json]:
        covers = {}
        for cover in self.lines("covers.jsonl"):
            name, tree, prev = cover["cover"], bytes.fromhex(cover["tree"]), bytes.fromhex(cover["prev"])
            first, last, entries, at = cover["first_id"], cover["last_id"], cover["entries"], cover["at"]
            if name.startswith("seal:"):
                made = digest(prev + tree, name[5:], first, last, entries, at)
            else:
                made = digest(prev + tree, "checkpoint", at, first, last, entries)
            if self.said.get(name, {}).get("root") != made.hex():
                self.problems.append(name + ": no signed root fits it / 没有与之相符的签名根")
            covers[name] = cover
        return covers

    def _entries(self, covers: dict[str, Json]) -> None:
        ends: dict[str, tuple[int, str]] = {}
        broken = set()
        for e in self.lines("entries.jsonl"):
            where, chain = "entry {id} ({chain}, {seq})".format(**e), e["chain"]
            fields = [e[name] for name in HASHED]
            if digest(bytes.fromhex(e["prev"]), *fields).hex() == e["hash"]:
                self.counts["entries"] += 1
            else:
                self.problems.append(where + ": its content does not give its hash / 内容与哈希不符")
            seq, before = ends.get(chain, (0, GENESIS.hex()))
            if e["seq"] != seq + 1:
                broken.add(chain)
            elif e["prev"] == before:
                self.counts["links"] += 1
            else:
                self.problems.append(where + ": it does not follow the entry before it / 与前一条不相接")
            ends[chain] = (e["seq"], e["hash"])
            self._proof(where, e, covers.get(e["cover"]))
        for head in self.about["chains"]:
            if ends.get(head["chain"]) == (head["seq"], head["head"]) and head["chain"] not in broken:
                self.counts["chains"] += 1
            else:
                self.problems.append("chain " + head["chain"] + ": entries are missing / 记录不全")

    def _proof(self, where: str, e: Json, cover: Json | None) -> None:
        leaf = sm3(b"\0" + e["id"].to_bytes(8, "big", signed=True) + bytes.fromhex(e["hash"]))
        try:
            if cover is None or not cover["first_id"] <= e["id"] <= cover["last_id"]:
                raise ValueError("its root is not here")
            if not 0 <= e["index"] < cover["entries"]:
                raise ValueError("its place is outside")
            if root_by(e["path"], leaf, e["index"], cover["entries"]).hex() != cover["tree"]:
                raise ValueError("its path does not lead to the root")
            self.counts["proofs"] += 1
        except ValueError as error:
            self.problems.append(where + ": " + str(error) + " / 无法证明在签名根之下")

    def _compare(self, kept: list[str]) -> None:
        here = {line["body"] for line in self.lines("statements.jsonl")}
        top = self.counts["statements"]
        for line in kept:
            try:
                body = json.loads(line)["body"]
                number = json.loads(body)["number"]
            except (ValueError, KeyError, TypeError):
                continue  # a line that was torn off in writing
            if body in here:
                self.counts["compared"] += 1
            elif number <= top:
                self.problems.append(f"statement {number}: the copy says something else / 与另存副本不一致")


def verify(path: str, kept: list[str] | None = None, key: str = "") -> tuple[bool, dict[str, int], list[str]]:
    """Whether a bundle fits, how much was checked, and each thing that is wrong."""
    try:
        bundle = Bundle(path)
        return bundle.check(kept, key), bundle.counts, bundle.problems
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError) as error:
        return False, {}, [f"the bundle cannot be read / 证据包无法读取: {error!r}"]


def main(arguments: list[str]) -> int:
    """Check the bundle that is named and say what was found."""
    options = dict(zip(arguments[1::2], arguments[2::2]))
    if len(arguments) % 2 == 0 or not arguments or set(options) - {"--roots", "--key"}:
        print(__doc__)
        return 2
    kept = None
    if "--roots" in options:
        with open(options["--roots"], encoding="utf-8") as file:
            kept = file.readlines()
    ok, counts, problems = verify(arguments[0], kept, options.get("--key", ""))
    for name, count in counts.items():
        print(f"{count:>8}  {WORDS[name]}")
    for problem in problems:
        print("  x  " + problem)
    print("Everything fits. / 全部相符。" if ok else "Something does not fit. / 有不符之处。")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
