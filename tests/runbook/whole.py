"""What must be true of production whenever nobody releases."""


def version_of(home):
    return home.document("status", "production")["now"]["version"].split("+")[0]


def nothing_is_left(home, may_be_silenced=False):
    """No unfinished release, lock, request for approval, pause of ECS's or silence that has no release."""
    status = home.document("status", "production")
    assert status["unfinished"] is None and status["approvals"] == [], status
    service = home.ecs("DescribeServices", {"cluster": "saltbitter-prod", "services": ["saltbitter-api-prod"]})["services"][0]
    assert not service["deploymentConfiguration"].get("lifecycleHooks"), "the pauses were left behind"
    left = home.parameters("/saltbitter/production")
    assert not [name for name in left if "/releases/" in name or name.endswith("/release-lock")], left
    if not may_be_silenced:
        silences = home.document("silences", "production")
        assert silences == [], silences


def production_is_whole(home, expected, **but):
    nothing_is_left(home, **but)
    now = home.document("status", "production")["now"]
    assert now["version"].split("+")[0] == expected, (now["version"], expected)
    assert now["running"] == now["desired"] == 2, now
    serving = [t for t in now["traffic"] if t["weight_percent"] == 100]
    assert len(serving) == 1 and serving[0]["healthy"] == 2, now["traffic"]
