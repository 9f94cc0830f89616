# Completion of signreq for nushell: source this file in config.nu, after other
# completers are set up.
#
# The program itself says what could stand at the cursor; other commands are
# left to the completer that was there before.

let signreq_other_completer = $env.config.completions?.external?.completer?

$env.config.completions.external.enable = true
$env.config.completions.external.completer = {|spans: list<string>|
    let program = $spans | first
    if ($program | path basename | str replace --regex '[.]exe$' '') == 'signreq' {
        let current = $spans | last
        let before = $spans | skip 1 | drop 1
        let lines = ^$program __complete $"=($current)" ...$before | complete | get stdout | lines
        # Without an answer nushell offers names of files by itself.
        if ($lines | any {|line| $line | str starts-with ':files' }) {
            null
        } else {
            $lines | parse "{value}\t{description}"
        }
    } else if $signreq_other_completer != null {
        do $signreq_other_completer $spans
    }
}
