# Completion of signreq for bash: source this file, or install it as
# /usr/share/bash-completion/completions/signreq.
#
# The program itself says what could stand at the cursor.

_signreq() {
    # bash splits words at = : and @ as well. Pieces that no blank separates are
    # one word.
    local -a words=()
    local rest=$COMP_LINE piece trimmed index
    for ((index = 0; index <= COMP_CWORD; index++)); do
        piece=${COMP_WORDS[index]}
        trimmed=${rest#"${rest%%[![:blank:]]*}"}
        if [[ -n $piece && $trimmed == "$rest" ]] && ((${#words[@]})); then
            words[${#words[@]} - 1]+=$piece
        else
            words+=("$piece")
        fi
        rest=${trimmed#"$piece"}
    done
    local last=$((${#words[@]} - 1))
    local current=${words[last]}

    # Only the piece at the cursor is replaced; of the separators, @ is part of it.
    local kept=${current%"$2"}

    local text about name
    COMPREPLY=()
    while IFS=$'\t' read -r text about; do
        if [[ $text == :files ]]; then
            compopt -o filenames 2>/dev/null
            while IFS= read -r name; do
                name=$about$name
                COMPREPLY+=("${name#"$kept"}")
            done < <(compgen -f -- "${current#"$about"}")
        else
            COMPREPLY+=("${text#"$kept"}")
        fi
    done < <("${words[0]}" __complete "=$current" "${words[@]:1:last - 1}" 2>/dev/null)
}

complete -F _signreq signreq
