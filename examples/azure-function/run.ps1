# An HTTP-triggered Azure Function that requires a token of an end-user. TORII_ISSUER is an application setting; Torii is
# listed in the app's requirements.psd1 or is in its Modules folder.
param($Request, $TriggerMetadata)
$ErrorActionPreference = 'Stop'

$user = ConvertFrom-ToriiToken -Headers $Request.Headers -Issuer $env:TORII_ISSUER -ErrorAction SilentlyContinue -ErrorVariable problem
if (-not $user -and $problem[0].FullyQualifiedErrorId -notlike 'Torii.Token*') { throw $problem[0] }
$status, $body = if ($user) { 200, @{ userId = $user.UserId; environmentId = $user.EnvironmentId } }
else { 401, @{ error = @{ code = 'authentication_failed'; message = $problem[0].Exception.Message } } }
Push-OutputBinding -Name Response -Value ([HttpResponseContext]@{
    StatusCode = $status
    ContentType = 'application/json'
    Body = ConvertTo-Json $body -Compress
})
