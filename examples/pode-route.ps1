# A Pode server (https://badgerati.github.io/Pode) with a route that requires a token of an end-user. TORII_ISSUER is the
# issuer.
$ErrorActionPreference = 'Stop'
Import-Module Pode
Start-PodeServer {
    Import-PodeModule -Name Torii
    Add-PodeEndpoint -Address localhost -Port 8080 -Protocol Http
    Add-PodeRoute -Method Get -Path /me -ScriptBlock {
        $user = ConvertFrom-ToriiToken -Headers $WebEvent.Request.Headers -Issuer $env:TORII_ISSUER -ErrorAction SilentlyContinue -ErrorVariable problem
        if ($user) { return Write-PodeJsonResponse -Value @{ userId = $user.UserId; environmentId = $user.EnvironmentId } }
        if ($problem[0].FullyQualifiedErrorId -notlike 'Torii.Token*') { throw $problem[0] }
        Write-PodeJsonResponse -StatusCode 401 -Value @{ error = @{ code = 'authentication_failed'; message = $problem[0].Exception.Message } }
    }
}
