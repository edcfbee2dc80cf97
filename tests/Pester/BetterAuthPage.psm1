# What docs/better-auth.md says in its tables and examples, and what is wrong with it. It knows no operation by itself.

$script:page = [IO.Path]::GetFullPath("$PSScriptRoot/../../docs/better-auth.md")
$script:headings = [ordered]@{ Founding = 'Operations'; Newer = 'Operations of newer versions' }

function Get-BetterAuthPage { [IO.File]::ReadAllText($script:page).ReplaceLineEndings("`n") }

# The text below a heading of the second level, up to the next one.
function Get-PageSection([string] $Text, [string] $Heading) { [regex]::Match($Text, "(?ms)^## $([regex]::Escape($Heading))$\n(.*?)(?=^## |\z)").Groups[1].Value }

# The rows of a section's tables, without their headings, as arrays of cells.
function Get-PageRow([string] $Section) {
    foreach ($table in [regex]::Matches($Section, '(?m)(^\|.*\|$\n?)+')) {
        $table.Value.TrimEnd().Split("`n") | Select-Object -Skip 2 | ForEach-Object { , @($_.Trim('|').Split('|').Trim()) }
    }
}

# The cmdlets with parameters that a text names as `Verb-Noun -Parameter -Parameter`.
function Get-PageCommand([string] $Text) {
    foreach ($span in [regex]::Matches($Text, '`([A-Z]\w+-[A-Z]\w+(?: -\w+)*)`')) {
        $words = $span.Groups[1].Value.Split(' ')
        @{ Name = $words[0]; Parameters = @($words | Select-Object -Skip 1 | ForEach-Object { $_.TrimStart('-') }) }
    }
}

# The examples that a text links to, by the anchors of their headings.
function Get-PageLink([string] $Text) { [regex]::Matches($Text, '\]\(#([^)]+)\)') | ForEach-Object { $_.Groups[1].Value } }

# The examples of requests: title, anchor, and the code of each block.
function Get-PageExample([string] $Text) {
    foreach ($example in [regex]::Matches((Get-PageSection $Text Requests), '(?ms)^### (.+?)$(.*?)(?=^### |\z)')) {
        $title = $example.Groups[1].Value
        @{
            Title = $title
            Anchor = ($title.ToLowerInvariant() -replace '[^a-z0-9 -]').Replace(' ', '-')
            Code = @([regex]::Matches($example.Groups[2].Value, '(?ms)^```powershell\n(.+?)^```') | ForEach-Object { $_.Groups[1].Value })
        }
    }
}

# The rows of a table of operations: the operation, its answer, its details, and the operation that is sent in its place.
function Get-PageOperation([string] $Text, [string] $Table) {
    foreach ($cells in Get-PageRow (Get-PageSection $Text $script:headings[$Table])) {
        $sent = [regex]::Match("$($cells[2])", '\(sends `([A-Z]+ /[^`]+)`').Groups[1].Value
        @{ Operation = $cells[0].Trim('`'); Answer = $cells[1]; Details = "$($cells[2])"; Sent = $sent ? $sent : $cells[0].Trim('`'); Cells = $cells.Count }
    }
}

# What is wrong with the tables of operations; nothing for good ones.
function Find-PageProblem([string] $Text, [hashtable] $Facts) {
    $examples = @{}
    Get-PageExample $Text | ForEach-Object { $examples[$_.Anchor] = $_ }
    foreach ($table in $script:headings.Keys) {
        $rows = @(Get-PageOperation $Text $table)
        $Facts[$table] | Where-Object { $_ -cnotin $rows.Operation } | ForEach-Object { "there is no row for $_" }
        $rows.Operation | Where-Object { $_ -cnotin $Facts[$table] } | ForEach-Object { "$_ is not one of these operations" }
        $rows.Operation | Group-Object -CaseSensitive | Where-Object Count -GT 1 | ForEach-Object { "there are $($_.Count) rows for $($_.Name)" }
        foreach ($row in $rows) { Find-RowProblem $row $examples $Facts | ForEach-Object { "$($row.Operation): $_" } }
    }
    Get-PageLink $Text | Where-Object { -not $examples.ContainsKey($_) } | ForEach-Object { "there is no example #$_" }
    $answered = Get-PageOperation $Text Founding | ForEach-Object Details | ForEach-Object { Get-PageLink $_ }
    $answered += Get-PageOperation $Text Newer | ForEach-Object Details | ForEach-Object { Get-PageLink $_ }
    $examples.Keys | Where-Object { $_ -notin $answered } | ForEach-Object { "no row links to #$_" }
}

function Find-RowProblem([hashtable] $Row, [hashtable] $Examples, [hashtable] $Facts) {
    if ($Row.Cells -ne 3) { "it has $($Row.Cells) cells" }
    $commands = @(Get-PageCommand $Row.Details)
    foreach ($command in $commands) {
        $found = Get-Command $command.Name -Module Torii -CommandType Cmdlet -ErrorAction Ignore
        if (-not $found) { "there is no cmdlet $($command.Name)"; continue }
        $command.Parameters | Where-Object { -not $found.Parameters.ContainsKey($_) } | ForEach-Object { "$($command.Name) has no parameter $_" }
    }
    switch -CaseSensitive ($Row.Answer) {
        'cmdlet' {
            if (-not $commands) { 'it names no cmdlet' }
            if ($Row.Sent -cnotin $Facts.Founding + $Facts.Newer) { "$($Row.Sent), which is sent, is not an operation" }
        }
        'request' {
            $links = @(Get-PageLink $Row.Details)
            if ($links.Count -ne 1 -or $commands) { 'it is not one example' }
            $method, $path = $Row.Operation.Split(' ')
            $pattern = "Invoke-ToriiRequest ""?$([regex]::Escape($path))(?![\w/-])"
            if ($links -and $Examples[$links[0]] -and -not ($Examples[$links[0]].Code -cmatch $pattern)) { 'its example does not send it' }
            if ($links -and $Examples[$links[0]] -and $method -ne 'GET' -and -not ($Examples[$links[0]].Code -cmatch "$pattern.*-Method $method\b")) { "its example has not the method $method" }
        }
        'browser' { if ($Row.Details -cnotmatch '^[A-Z].{20,}\.$') { 'it has no reason' } }
        default { "'$_' is none of the three answers" }
    }
}

Export-ModuleMember -Function Get-BetterAuthPage, Get-PageSection, Get-PageRow, Get-PageCommand, Get-PageLink, Get-PageExample, Get-PageOperation, Find-PageProblem
