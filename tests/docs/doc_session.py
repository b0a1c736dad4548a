"""Makes one shell session of the blocks of a document. What a block sets holds for the next one, as for a reader who pastes
them one after another. The first command that fails ends the session."""

import shlex
import subprocess

from doc_blocks import LANGUAGES

HEAD = """set -eo pipefail
scratch=$PWD
place=start
output=/dev/null
on_exit() {
  local status=$?
  [ $status != 0 ] || exit 0
  echo "$place: exit code $status"
  head -c 2000 "$output"
  exit 1
}
trap on_exit EXIT
failed() { echo "$place: $*"; head -c 2000 "$output"; trap - EXIT; exit 1; }
begin() { place=$1 output=$OUT/$2; : >"$output"; }
await_output() {  # PID
  until [ -s "$output" ]; do
    kill -0 "$1" 2>/dev/null || failed "ended without output"
    sleep 0.05
  done
}
expect_exit() { case " $2 " in *" $1 "*) ;; *) failed "exit code $1, expected $2" ;; esac; }
expect_text() { grep -qF -- "$1" "$output" || failed "does not print: $1"; }
# The emulator for programs that are run.
start_emulator() {
  begin emulator emulator
  msiv2 emulator >"$output" 2>/dev/null </dev/null &
  await_output $!
  imds=$(sed 's/.*"imds":"\\([^"]*\\)".*/\\1/' "$output")
}
"""


def redirected(text, end=""):
    return "{\n" + text + '} >"$output" 2>&1 </dev/null' + end + "\n"


def checked(text, actions):
    """Returns the shell text that runs `text` and compares its exit code and output with the actions."""
    lines = redirected(text)
    if "exit" in actions:
        lines = f"set +e\n{lines}status=$?\nset -e\nexpect_exit $status {shlex.quote(actions['exit'])}\n"
    if "prints" in actions:
        lines += f"expect_text {shlex.quote(actions['prints'])}\n"
    return lines


def as_file(name, text):
    return f"mkdir -p \"$(dirname {name})\"\ncat >{name} <<'END_OF_BLOCK'\n{text}END_OF_BLOCK\n"


def shell_of(block):
    """Returns the shell text that runs one block; empty if there is nothing to run."""
    actions, kind = block.actions, LANGUAGES.get(block.language, "")
    if "file" in actions:
        return as_file(shlex.quote(actions["file"]), block.text)
    if kind == "shell" and "background" in actions:
        return redirected(block.text, " &") + "await_output $!\n"
    if kind == "shell" and "source" in actions:
        return f'cd "$SOURCE"\n{checked(block.text, actions)}cd "$scratch"\n'
    if kind == "shell" and "if" in actions:
        return (f"if {actions['if']} >/dev/null 2>&1; then\n{checked(block.text, actions)}else\n"
                f"echo {shlex.quote(block.place + ': not run here: ' + actions['if'] + ' fails')}\nfi\n")
    if kind == "shell":
        return checked(block.text, actions)
    if kind == "faults":
        return as_file('"$OUT/faults"', block.text) + checked(
            'msiv2 emulator --until-stdin-closes --faults-file "$OUT/faults"\n', {})
    if block.has_program():
        program = f'"$SNIPPETS" {block.place}' if kind == "compile" else f'java -cp "$CLASSES" {block.name}'
        return checked(f"AZURE_POD_IDENTITY_AUTHORITY_HOST=$imds {program}\n", actions)
    return ""


def session_of(blocks):
    """Returns the script that runs the blocks of one document."""
    parts = [(block, shell_of(block)) for block in blocks if not block.skipped_because()]
    script = HEAD
    if any(block.has_program() for block, _ in parts):
        script += "start_emulator\n"
    for block, text in parts:
        if text:
            script += f"begin {block.place} {block.line}\n{text}"
    return script


def syntax_problems(blocks):
    """Returns the findings of the shell for blocks that it cannot read."""
    found = []
    for block in blocks:
        if LANGUAGES.get(block.language) == "shell" and not block.skipped_because():
            read = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False)
            if read.returncode != 0:
                found.append(f"{block.place}: {read.stderr.strip()}")
    return found
