# svc completion for PowerShell
Register-ArgumentCompleter -Native -CommandName svc -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
        ForEach-Object { $_.ToString().Trim('"', "'") })
    if ($wordToComplete -eq '') { $words += '' }
    $env:_SVC_TAB = 'powershell'
    $env:_SVC_WORDS = $words -join "`n"
    try {
        & $commandAst.CommandElements[0].ToString() 2>$null | Where-Object { $_ -ne ':files' } | ForEach-Object {
            $value, $help = $_ -split "`t", 2
            if (-not $help) { $help = $value }
            $text = if ($value -match '\s') { "'$value'" } else { $value }
            [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $help)
        }
    } finally {
        Remove-Item Env:_SVC_TAB, Env:_SVC_WORDS -ErrorAction SilentlyContinue
    }
}
