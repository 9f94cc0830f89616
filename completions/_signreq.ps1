# Completion of signreq for PowerShell: dot-source this file in $PROFILE.
#
# The program itself says what could stand at the cursor.

Register-ArgumentCompleter -Native -CommandName 'signreq' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $program = $commandAst.CommandElements[0].ToString()
    $before = @(
        $commandAst.CommandElements |
            Select-Object -Skip 1 |
            Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
            ForEach-Object {
                if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
                    $_.Value
                } else {
                    $_.ToString()
                }
            }
    )
    # Without a candidate PowerShell offers names of files by itself.
    & $program __complete "=$wordToComplete" @before 2>$null | ForEach-Object {
        $text, $about = $_ -split "`t", 2
        if ($text -ne ':files') {
            if (-not $about) { $about = $text }
            [System.Management.Automation.CompletionResult]::new($text, $text, 'ParameterValue', $about)
        }
    }
}
