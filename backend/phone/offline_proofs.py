"""What a phone proves without signal: the code it shows another phone, and its look at a PIN.

The reference keeps its key in the store; a real phone keeps it where it cannot be read out.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.phone.store import Store

_KEY = "device_key"


def public_key(store: Store) -> str:
    """The installation's public key in base64; the pair is made when first asked for."""
    return base64.b64encode(_private_key(store).public_key().public_bytes_raw()).decode()


def show_code(store: Store, device_id: str, dossiers: Collection[str]) -> dict[str, str]:
    """The code that the giver's screen shows for these dossiers: `code` of custody.accepted v2."""
    nonce = secrets.token_urlsafe(12)
    signed = rfc8785.dumps(
        {
            "purpose": "tannoi.custody.offer.1",
            "device": device_id,
            "nonce": nonce,
            "dossiers": sorted(dossiers),
        }
    )
    signature = _private_key(store).sign(signed)
    return {
        "device": device_id,
        "nonce": nonce,
        "signature": base64.b64encode(signature).decode(),
    }


def pin_fits(told: dict[str, Any], typed: str) -> bool:
    """The phone's look at a PIN by `day.pins`; advice only, the server decides."""
    digest = hashlib.pbkdf2_hmac(
        "sha256", typed.encode(), bytes.fromhex(told["salt"]), told["iterations"]
    )
    return hmac.compare_digest(digest, bytes.fromhex(told["digest"]))


def _private_key(store: Store) -> Ed25519PrivateKey:
    kept = store.get_meta(_KEY)
    if kept is not None:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(kept))
    made = Ed25519PrivateKey.generate()
    store.set_meta(_KEY, base64.b64encode(made.private_bytes_raw()).decode())
    return made
