import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client'
import { reasonOf } from '#app/platform/errors.ts'
import type { SignInFault } from '#app/vocabulary.ts'
import { refused, type Refused } from '../provider.ts'

/** What each code of the library means for who waits. Read from its types: the words of its errors may change. */
const FAULTS: Record<string, SignInFault> = {
  OAUTH_TIMEOUT: 'not-reached',
  OAUTH_ABORT: 'not-reached',
  OAUTH_RESPONSE_IS_NOT_JSON: 'not-reached',
  OAUTH_RESPONSE_IS_NOT_CONFORM: 'not-reached',
  OAUTH_PARSE_ERROR: 'not-reached',
  OAUTH_HTTP_REQUEST_FORBIDDEN: 'half-configured',
  OAUTH_REQUEST_PROTOCOL_FORBIDDEN: 'half-configured',
  OAUTH_MISSING_SERVER_METADATA: 'half-configured',
  OAUTH_INVALID_SERVER_METADATA: 'half-configured',
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED: 'half-configured',
  OAUTH_UNSUPPORTED_OPERATION: 'half-configured',
  OAUTH_KEY_SELECTION_FAILED: 'bad-signature',
  OAUTH_JWT_CLAIM_COMPARISON_FAILED: 'tampered',
  OAUTH_INVALID_RESPONSE: 'tampered',
}

/** Faults that the provider's own answer to our own question shows. */
const TROUBLES: ReadonlyArray<SignInFault> = ['not-reached', 'half-configured', 'bad-signature', 'early']

/** What went wrong between us and the provider. */
export function faultOf(error: unknown): Refused {
  // What the browser brought back, which anybody can write.
  if (error instanceof AuthorizationResponseError)
    return refused(error.error === 'access_denied' ? 'denied' : 'half-configured', `It said: ${error.error}.`)
  if (error instanceof ResponseBodyError)
    return error.error === 'invalid_grant'
      ? refused('used', 'It says that this code was used, is too old, or was not given to us.')
      : refused('half-configured', `Its token endpoint said: ${error.error}.`, { trouble: true })
  if (error instanceof WWWAuthenticateChallengeError)
    return refused('half-configured', `It does not let us in: status ${error.status}.`, { trouble: true })
  if (error instanceof ClientError) {
    const fault = timing(error) ?? FAULTS[error.code ?? ''] ?? 'tampered'
    return refused(fault, reasonOf(error), { trouble: TROUBLES.includes(fault) })
  }
  return refused('not-reached', reasonOf(error), { trouble: true })
}

/** A token whose time is over, or not yet come. */
function timing(error: ClientError): SignInFault | null {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code, cause } = at as Error & { code?: string }
    if (code !== 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED') continue
    return (cause as { claim?: string } | undefined)?.claim === 'nbf' ? 'early' : 'expired'
  }
  return null
}
