"""What an SMS phone proves itself by, against vectors that were computed without this code."""

import base64
import hashlib
import hmac

import pytest

from models.sms_proof import is_proof, proof, secret_from, stored_key

SECRET = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
"""The bytes 0 to 31."""
STORED = "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"
"""By `sha256sum` of these bytes."""
CHALLENGE = "q83vEjRWeJCrze8SNFZ4kA"


def independent(secret: str, challenge: str) -> str:
    """Make a proof as the page for Android says, with nothing of ours."""
    key = base64.urlsafe_b64decode(secret + "=")
    signature = hmac.new(hashlib.sha256(key).digest(), challenge.encode("ascii"), hashlib.sha256).digest()
    mixed = (int.from_bytes(key) ^ int.from_bytes(signature)).to_bytes(32)
    return base64.urlsafe_b64encode(mixed).decode().rstrip("=")


def test_the_stored_key_is_the_sha_256_of_the_secret() -> None:
    assert stored_key(SECRET) == STORED


def test_a_proof_is_as_openssl_and_xor_make_it() -> None:
    assert proof(SECRET, CHALLENGE) == "Yxaf3NvW5FfHTbIPHRLgZmDzepR05A8oHp-8GQcIaO8"
    assert proof(SECRET, CHALLENGE) == independent(SECRET, CHALLENGE)


def test_a_proof_is_good_for_its_challenge_and_its_key_alone() -> None:
    shown = proof(SECRET, CHALLENGE)
    other = secret_from("A" * 22, "Q" * 22)
    assert is_proof(STORED, CHALLENGE, shown)
    assert not is_proof(STORED, "another", shown)
    assert not is_proof(STORED, "", proof(SECRET, ""))
    assert not is_proof(stored_key(other), CHALLENGE, shown)


def test_who_has_the_database_cannot_make_a_proof() -> None:
    """The stored key in place of the secret, mixed or as it is, proves nothing."""
    key = base64.urlsafe_b64encode(bytes.fromhex(STORED)).decode().rstrip("=")
    signature = (
        base64.urlsafe_b64encode(hmac.digest(bytes.fromhex(STORED), CHALLENGE.encode(), "sha256")).decode().rstrip("=")
    )
    assert [is_proof(STORED, CHALLENGE, one) for one in (key, signature, proof(key, CHALLENGE))] == [False] * 3


@pytest.mark.parametrize("shown", ["", "A", "A" * 42, "A" * 43, "A" * 44, "ă" * 43, "not base64url!"])
def test_nonsense_is_no_proof(shown: str) -> None:
    assert not is_proof(STORED, CHALLENGE, shown)


def test_a_secret_has_256_bits() -> None:
    secret = secret_from("AAECAwQFBgcICQoLDA0ODw", "EBESExQVFhcYGRobHB0eHw")
    assert secret == SECRET
