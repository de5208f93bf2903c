#include "saltctl/shell/tools.hpp"

#include <fmt/format.h>

namespace sb::saltctl {

std::string aws_shim() {
  return R"sh(#!/bin/sh
# aws, aimed at the local cloud. Made by `saltctl shell`.
# Neither every CLI version nor every region obeys AWS_ENDPOINT_URL (aws 2.9 ignores it, 1.x overrules it for
# RDS in us-east-1); the --endpoint-url option wins everywhere.
own=${SALT_SHELL_FOLDER:?start this through saltctl shell}

refuse() {
  echo "aws: refused: this shell only reaches a cloud on this machine, not $1" >&2
  exit 2
}
check_loopback() {
  authority=${1#*://}
  authority=${authority%%[/?#]*}
  case $authority in *@*) refuse "$1" ;; esac
  case $1 in
    http://127.*|https://127.*)
      case ${authority%%:*} in *[!0-9.]*) refuse "$1" ;; esac ;;
    http://localhost|http://localhost[:/]*|https://localhost|https://localhost[:/]*) ;;
    http://\[::1\]*|https://\[::1\]*) ;;
    *) refuse "$1" ;;
  esac
}
check_loopback "${SALT_AWS_ENDPOINT:-nothing}"
previous=
for word in "$@"; do
  case $word in --endpoint-url=*) check_loopback "${word#--endpoint-url=}" ;; esac
  if [ "$previous" = --endpoint-url ]; then check_loopback "$word"; fi
  previous=$word
done

# Every aws on PATH but this one, as "RANK PATH" lines, best first: v2 from 2.27 on knows all that is needed,
# then the newest v1, then an older v2. Kept, because asking for a version takes half a second.
choices=$own/aws-choices
key=$(printf '%s' "$PATH" | cksum)
if [ ! -s "$choices" ] || [ "$(sed -n 1p "$choices")" != "$key" ]; then
  draft=$(mktemp "$own/aws-choices.XXXXXX") || exit 1
  echo "$key" > "$draft"
  rest=$PATH:
  while [ -n "$rest" ]; do
    entry=${rest%%:*}
    rest=${rest#*:}
    if [ -z "$entry" ] || [ "$entry" -ef "$own/bin" ] || [ ! -x "$entry/aws" ]; then continue; fi
    version=$("$entry/aws" --version 2>/dev/null) || continue
    version=${version#aws-cli/}
    version=${version%% *}
    major=${version%%.*}
    minor=${version#*.}
    minor=${minor%%.*}
    case $major$minor in *[!0-9]*|'') continue ;; esac
    if [ "$major" -ge 2 ] && [ "$minor" -ge 27 ]; then rank=$((300000 + minor))
    elif [ "$major" -lt 2 ]; then rank=$((200000 + minor))
    else rank=$((100000 + minor)); fi
    echo "$rank $major $entry/aws"
  done | sort -rns -k1,1 >> "$draft"
  mv "$draft" "$choices"
fi
real=$(sed -n 2p "$choices" | cut -d' ' -f3-)

# `logs tail` exists only in v2.
previous=
for word in "$@"; do
  if [ "$previous" = logs ] && [ "$word" = tail ]; then
    with_tail=$(sed 1d "$choices" | awk '$2 >= 2' | sed -n 1p | cut -d' ' -f3-)
    real=${with_tail:-$real}
  fi
  previous=$word
done
if [ -z "$real" ]; then
  echo "aws: no AWS CLI found on PATH; on Debian: apt-get install awscli" >&2
  exit 127
fi

# Whatever tries to leave this machine all the same meets a closed door.
export HTTPS_PROXY=http://127.0.0.1:9 HTTP_PROXY=http://127.0.0.1:9 NO_PROXY=127.0.0.1,localhost,::1
export https_proxy=$HTTPS_PROXY http_proxy=$HTTP_PROXY no_proxy=$NO_PROXY
exec "$real" --endpoint-url "$SALT_AWS_ENDPOINT" "$@"
)sh";
}

std::string python_site() {
  return R"py("""boto3 and botocore, aimed at the local cloud. Made by `saltctl shell`, for every Python that it starts.

Before 1.31 botocore does not know AWS_ENDPOINT_URL, and Debian 12 has 1.29: it would go to the real AWS.
"""
import os
import sys


def _is_loopback(url):
    import ipaddress
    import urllib.parse

    host = urllib.parse.urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _aim(session):
    create = session.create_client

    def create_client(self, service_name, *positional, **named):
        # The fifth after the service's name, where somebody gives it by position.
        is_by_position = len(positional) > 4
        endpoint = positional[4] if is_by_position else named.get("endpoint_url")
        if endpoint is None and not is_by_position:
            endpoint = named["endpoint_url"] = os.environ.get("SALT_AWS_ENDPOINT", "nothing")
        if not _is_loopback(endpoint or ""):
            raise RuntimeError(f"refused: this shell only reaches a cloud on this machine, not {endpoint}")
        return create(self, service_name, *positional, **named)

    session.create_client = create_client


class _Finder:
    """Changes botocore when, and only if, a program imports it."""

    def find_spec(self, name, path=None, target=None):
        if name != "botocore.session":
            return None
        import importlib.util

        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def exec_module(module):
                load(module)
                _aim(module.Session)

            spec.loader.exec_module = exec_module
        return spec


sys.meta_path.insert(0, _Finder())


def _others():
    """What this file stands in front of: the machine's own sitecustomize."""
    import importlib.machinery

    here = os.path.dirname(os.path.abspath(__file__))
    rest = [entry for entry in sys.path if os.path.abspath(entry) != here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", rest)
    if spec is not None and spec.loader is not None:
        import importlib.util

        spec.loader.exec_module(importlib.util.module_from_spec(spec))


_others()
)py";
}

std::string program_shim(const ShellSettings& settings, const std::string& program) {
  return fmt::format("#!/bin/sh\nexec {} \"$@\"\n",
                     shell_quoted((settings.programs / program).string()));
}

std::string alembic_shim(const ShellSettings& settings) {
  return fmt::format(
      "#!/bin/sh\n"
      "# alembic, on the environment's database and this checkout's revisions.\n"
      "export ALEMBIC_CONFIG={}\n"
      "exec {} migrate \"$@\"\n",
      shell_quoted((settings.folder / "alembic.ini").string()),
      shell_quoted((settings.programs / "saltbitter").string()));
}

std::string alembic_settings(const ShellSettings& settings) {
  return fmt::format("[alembic]\nscript_location = {}\n", settings.revisions.string());
}

std::string curl_settings(const ShellSettings& settings) {
  std::string text =
      "# The declared hosts are here, signed by the local authority. Made by `saltctl shell`.\n"
      "# One that does not run leads to a closed port, never to the real host.\n";
  for (const auto& route : settings.routes) {
    if (route.host == "localhost") continue;
    bool is_here = !route.address.empty();
    text += fmt::format("connect-to = \"{}:443:{}:{}\"\n", route.host,
                        is_here ? route.address : "127.0.0.1", is_here ? route.port : 9);
    if (is_here) {
      text +=
          fmt::format("connect-to = \"{0}:{2}:{1}:{2}\"\n", route.host, route.address, route.port);
    }
  }
  return text + fmt::format("cacert = \"{}\"\n", (settings.folder / "ca-bundle.pem").string());
}

std::string aws_config(const ShellSettings& settings) {
  return fmt::format("[default]\nregion = {}\noutput = json\ncli_pager =\nendpoint_url = {}\n",
                     settings.region, settings.endpoint);
}

std::string bashrc(const ShellSettings& settings) {
  bool is_production = settings.environment == "production";
  std::string_view colour = is_production                       ? "41;97"
                            : settings.environment == "staging" ? "43;30"
                                                                : "42;30";
  // The person's own settings first; then PATH again, because those like to put themselves in
  // front. What is typed here may hold a secret (the page's put-parameter): it goes into no history
  // file.
  return fmt::format(
      "salt_path=$PATH\n"
      "[ -r ~/.bashrc ] && . ~/.bashrc\n"
      "export PATH=$salt_path\n"
      "unset salt_path PROMPT_COMMAND HISTFILE\n"
      "unalias aws alembic curl psql 2>/dev/null\n"
      "PS1='\\[\\e[{}m\\] {} \\[\\e[0m\\] \\w \\$ '\n",
      colour, settings.environment);
}

Result<std::string> certificate_bundle(const ShellSettings& settings) {
  std::string bundle;
  if (auto roots = fs::read_file("/etc/ssl/certs/ca-certificates.crt")) bundle = *std::move(roots);
  if (!bundle.empty() && !bundle.ends_with('\n')) bundle += '\n';
  auto authority = fs::read_file(settings.ca_file);
  if (authority) return bundle + *authority;
  if (authority.error().code == ErrorCode::not_found) return bundle;
  return std::unexpected(authority.error());
}

}  // namespace sb::saltctl
