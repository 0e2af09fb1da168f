import { ACCESS_TOKEN_MS, refreshTokens } from '../store/oauth.ts';
import { exchangeOauthToken } from '../wire/calcom/oauth.ts';
import { HttpFailure } from './http-failure.ts';
import { type App, type Service, servePublic } from './serve.ts';

/** `/v2/auth/oauth2/token`: new tokens for a refresh token. The first ones are made by `kalends users key NAME --oauth`. */
export function serveOauth(app: App, service: Service): void {
  servePublic(app, service, exchangeOauthToken, {
    answer: async ({ body, setHeader }) => {
      const { grant_type: grantType, client_id: clientId, refresh_token: refreshToken } = body;
      if (grantType !== 'refresh_token') {
        throw refuse(
          'unsupported_grant_type',
          `grant_type must be "refresh_token", not "${grantType}": other grants are not offered here.`,
        );
      }
      if (clientId === undefined) throw refuse('invalid_request', 'client_id is missing.');
      if (refreshToken === undefined) throw refuse('invalid_request', 'refresh_token is missing.');
      const tokens = await service.store.transaction((tx) => refreshTokens(tx, { refreshToken, clientId, now: Date.now() }));
      if (tokens === undefined) {
        throw refuse(
          'invalid_grant',
          'The refresh token is not valid: it is wrong, expired, used before, or was made for another client_id.',
        );
      }
      setHeader('Cache-Control', 'no-store');
      return {
        access_token: tokens.accessToken,
        token_type: 'bearer',
        refresh_token: tokens.refreshToken,
        expires_in: ACCESS_TOKEN_MS / 1000,
      };
    },
  });
}

/** In the codes of RFC 6749. */
function refuse(code: string, message: string): HttpFailure {
  return new HttpFailure(400, message, { code });
}
