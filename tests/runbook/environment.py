"""One environment as its operator meets it."""
from harness import as_json, wait_until


class Environment:
    """An environment that is up in a home, and somebody in its shell with the page beside the keyboard."""

    def __init__(self, home, page, name, cluster, service):
        self.home = home
        self.page = page
        self.name = name
        self.cluster = cluster
        self.service_name = service
        self.prompt = rf" {name}  \S+ [#$] \Z"

    def shell(self, script, **options):
        return self.home.shell(self.name, script, **options)

    def run(self, command, **placeholders):
        """The page's command, which must work."""
        return self.shell(command.filled(**placeholders)).stdout

    def terminal(self):
        """An interactive shell that waits for input."""
        terminal = self.home.terminal(self.name)
        terminal.expect(self.prompt)
        return terminal

    def aws(self, words):
        return as_json(self.shell(f"aws {words} --output json"))

    def service(self):
        found = self.aws(f"ecs describe-services --cluster {self.cluster} --services {self.service_name}")
        return found["services"][0]

    def steady(self):
        service = self.service()
        deployments = service["deployments"]
        return (len(deployments) == 1 and deployments[0]["rolloutState"] == "COMPLETED"
                and service["runningCount"] == service["desiredCount"])

    def wait_until_steady(self):
        wait_until(self.steady, "the service is steady", 120)

    def tasks(self):
        found = self.aws(f"ecs list-tasks --cluster {self.cluster} --service-name {self.service_name}")
        return sorted(arn.rsplit("/", 1)[1] for arn in found["taskArns"])

    def version(self):
        return self.home.document("status", self.name)["now"]["version"].split("+")[0]

    def answers(self, host):
        return as_json(self.shell(f"curl -sS --fail https://{host}/health")) == {"status": "healthy"}
