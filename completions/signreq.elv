# Completion of signreq for elvish: put this file into ~/.config/elvish/lib and
# add `use signreq` to rc.elv.
#
# The program itself says what could stand at the cursor.

use str

set edit:completion:arg-completer[signreq] = {|program @words|
    var current = $words[-1]
    var before = $words[..-1]
    try {
        (external $program) __complete '='$current $@before 2>/dev/null
    } catch e {
        # Without the program there is nothing to offer.
        nop
    } | each {|line|
        var text about = (str:split &max=2 "\t" $line)
        if (eq $text ':files') {
            edit:complete-filename $current[(count $about)..] | each {|path|
                edit:complex-candidate $about$path[stem] &display=$path[stem]
            }
        } else {
            edit:complex-candidate $text &display=$text'  '$about
        }
    }
}
