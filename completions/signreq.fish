# Completion of signreq for fish: put this file into
# ~/.config/fish/completions.
#
# The program itself says what could stand at the cursor.

function __signreq_complete
    set -l before (commandline --tokenize --cut-at-cursor --current-process)
    set -l program $before[1]
    set -e before[1]
    set -l current (commandline --current-token --cut-at-cursor)
    for line in ($program __complete "=$current" $before 2>/dev/null)
        set -l parts (string split --max 1 \t -- $line)
        if test "$parts[1]" = :files
            set -l start (string length -- "$parts[2]")
            for path in (__fish_complete_path (string sub --start (math $start + 1) -- "$current"))
                printf '%s%s\n' "$parts[2]" $path
            end
        else
            echo $line
        end
    end
end

complete --command signreq --no-files --keep-order --arguments '(__signreq_complete)'
