"""The bucket of the backups: encrypted, closed, kept, and nothing in it is overwritten."""

from tests.template.stack import NOTHING, Json, Stack, statements


def test_the_bucket_outlives_its_stack(stack: Stack) -> None:
    bucket = stack.resources["BackupBucket"]

    assert bucket["DeletionPolicy"] == "Retain"
    assert bucket["UpdateReplacePolicy"] == "Retain"


def test_the_bucket_is_versioned_and_closed_to_the_public(stack: Stack) -> None:
    bucket = stack.properties("BackupBucket")

    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_the_bucket_is_encrypted_with_the_key_that_is_given_or_s3s_own(stack: Stack) -> None:
    [rule] = stack.properties("BackupBucket")["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    given = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"Ref": "BackupKmsKeyArn"}}
    assert rule["ServerSideEncryptionByDefault"] == {"Fn::If": ["HasBackupKey", given, {"SSEAlgorithm": "AES256"}]}


def test_what_was_never_completed_and_what_has_expired_goes_away(stack: Stack) -> None:
    rules = {rule["Id"]: rule for rule in stack.properties("BackupBucket")["LifecycleConfiguration"]["Rules"]}

    assert {rule["Status"] for rule in rules.values()} == {"Enabled"}
    assert rules["abort-what-was-never-completed"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert rules["purge-what-has-expired"]["NoncurrentVersionExpiration"] == {
        "NoncurrentDays": {"Ref": "BackupGraceDays"}
    }
    assert rules["purge-what-has-expired"]["ExpiredObjectDeleteMarker"] is True
    assert all("ExpirationInDays" not in rule for rule in rules.values()), "what is current stays"


def test_objects_are_locked_only_if_that_is_asked_for(stack: Stack) -> None:
    lock = stack.properties("BackupBucket")["ObjectLockConfiguration"]["Fn::If"]

    assert (lock[0], lock[2]) == ("LocksBackups", NOTHING)
    retention = lock[1]["Rule"]["DefaultRetention"]
    assert retention == {"Mode": "GOVERNANCE", "Days": {"Ref": "BackupObjectLockDays"}}


def test_connections_must_be_encrypted(stack: Stack) -> None:
    refused = _statement(stack, "EncryptedConnectionsOnly")

    assert (refused["Effect"], refused["Principal"], refused["Action"]) == ("Deny", "*", "s3:*")
    assert len(refused["Resource"]) == 2, "the bucket and its objects"
    assert refused["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_no_backup_can_be_overwritten(stack: Stack) -> None:
    refused = _statement(stack, "NothingIsOverwritten")

    assert (refused["Effect"], refused["Principal"], refused["Action"]) == ("Deny", "*", "s3:PutObject")
    assert refused["Resource"] == {"Fn::Sub": "${BackupBucket.Arn}/backups/*"}
    # Parts, and the beginning of an upload, create no object and can carry no condition.
    condition = {"Null": {"s3:if-none-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}}
    assert refused["Condition"] == condition


def test_nobody_but_cleanup_can_delete_a_backup_by_mistake(stack: Stack) -> None:
    refused = _statement(stack, "OnlyCleanupDeletes")

    assert (refused["Effect"], refused["Principal"], refused["Action"]) == ("Deny", "*", "s3:DeleteObject")
    assert refused["Resource"] == {"Fn::Sub": "${BackupBucket.Arn}/backups/*"}
    assert refused["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": {"Fn::GetAtt": ["CleanupRole", "Arn"]}}}


def test_the_backups_function_is_given_the_network_that_is_asked_for(stack: Stack) -> None:
    network = stack.properties("BackupFunction")["VpcConfig"]["Fn::If"]

    assert (network[0], network[2]) == ("BacksUpFromVpc", NOTHING)
    assert network[1]["SubnetIds"] == {"Ref": "BackupSubnetIds"}
    assert network[1]["SecurityGroupIds"] == {"Ref": "BackupSecurityGroupIds"}


def _statement(stack: Stack, sid: str) -> Json:
    [policy] = stack.of_type("AWS::S3::BucketPolicy").values()
    assert policy["Bucket"] == {"Ref": "BackupBucket"}
    [found] = [one for one in statements(policy["PolicyDocument"]) if one["Sid"] == sid]
    return found
