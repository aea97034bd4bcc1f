"""What the errors of S3 mean, and what to do about them, in words without addresses, names of accounts or secrets."""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 # botocore's own
    FlexibleChecksumError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
)

_CREDENTIALS = ("ExpiredToken", "InvalidAccessKeyId", "InvalidToken", "SignatureDoesNotMatch", "TokenRefreshRequired")
_MISSING = ("NoSuchKey", "404")  # a HEAD has no body, and so no code
_CONFLICTS = ("PreconditionFailed", "ConditionalRequestConflict", *_MISSING)


def code_of(error: ClientError | BotoCoreError) -> str:
    """Return the code of S3's answer, empty if there was no answer."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def is_missing(error: ClientError | BotoCoreError) -> bool:
    """Whether there is no object of this key."""
    return code_of(error) in _MISSING


def is_conflict(error: ClientError | BotoCoreError) -> bool:
    """Whether the condition of a write did not hold, or could not be decided in that moment."""
    return code_of(error) in _CONFLICTS


def may_have_happened(error: ClientError | BotoCoreError) -> bool:
    """Whether a write may have been carried out all the same: by this attempt, or by one whose answer was lost."""
    if isinstance(error, ClientError):
        return is_conflict(error) or _status(error) >= 500
    return isinstance(error, HTTPClientError | ConnectionError)


def reason(error: ClientError | BotoCoreError) -> str:
    """Return what went wrong, and what to do."""
    if isinstance(error, ClientError):
        return _of_answer(code_of(error), _status(error))
    match error:
        case NoCredentialsError() | PartialCredentialsError():
            return "there are no AWS credentials. Give some, or run it where a role is."
        case FlexibleChecksumError():
            return "what arrived is not what S3 has. Try again."
        case ConnectionError():
            return "there is no connection to S3. Look at the network, and at the S3 endpoint of a private one."
        case HTTPClientError():
            return "S3 did not answer in time. Look at the network; try again."
        case _:
            return f"the request could not be made ({type(error).__name__})"


def _of_answer(code: str, status: int) -> str:
    if code in ("AccessDenied", "403"):
        return "S3 does not permit it. Look at the role's and the bucket's policies, and at those of the KMS key."
    if code == "NoSuchBucket":
        return "the bucket does not exist. Deploy the stack, or name the right one."
    if code in _MISSING:
        return "there is no such object"
    if code in _CONFLICTS:
        return "others write it at the same time. Try again."
    if code in _CREDENTIALS:
        return f"the AWS credentials are not valid ({code}). Renew them."
    if code.startswith("KMS"):
        return f"the KMS key cannot be used ({code}). Enable it, and permit its use to the role."
    if code in ("BadDigest", "XAmzContentSHA256Mismatch"):
        return "it arrived damaged, and S3 refused it. Try again."
    if status >= 500 or code == "SlowDown":
        return f"S3 has trouble ({code}, {status}), also when asked again. Try again later."
    return f"S3 refused it ({code}, {status})"


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
