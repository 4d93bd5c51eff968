#!/usr/bin/env python3
"""Keys and tokens made by PyJWT and cryptography, for comparing the gateway with an independent implementation.

    tokens.py keys FOLDER ALGORITHM...       ALGORITHM.secret, or ALGORITHM.private and ALGORITHM.pem
    tokens.py sign FOLDER ALGORITHM KEY      prints a token for alice that is good for ten minutes
"""

import pathlib
import secrets
import sys
import time

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa


def private_key(algorithm):
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    if algorithm.startswith("ES"):
        return ec.generate_private_key({"256": ec.SECP256R1, "384": ec.SECP384R1, "512": ec.SECP521R1}[algorithm[2:]]())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def make_keys(folder, algorithms):
    for algorithm in algorithms:
        if algorithm.startswith("HS"):
            (folder / f"{algorithm}.secret").write_text(secrets.token_hex(32))
            continue
        key = private_key(algorithm)
        (folder / f"{algorithm}.private").write_bytes(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        (folder / f"{algorithm}.pem").write_bytes(key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))


def sign(folder, algorithm, key):
    now = int(time.time())
    claims = {"iss": "shop", "aud": "shop", "sub": "alice", "iat": now, "exp": now + 600}
    file = folder / (f"{key}.secret" if key.startswith("HS") else f"{key}.private")
    print(jwt.encode(claims, file.read_text(), algorithm=algorithm))


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[2])
    if sys.argv[1] == "keys":
        make_keys(folder, sys.argv[3:])
    else:
        sign(folder, sys.argv[3], sys.argv[4])
