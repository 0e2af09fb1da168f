import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';

const load = (environment: Readonly<Record<string, string>>) =>
  loadConfig({ KALENDS_HOME: join(tmpdir(), 'kalends-none'), ...environment });

describe('the settings of the service', () => {
  it('are the contract’s when nothing is said', () => {
    expect(load({})).toMatchObject({ rateLimit: 120, trustedProxies: [], isStrict: false });
    expect(load({})).toMatchObject({ wherebyPoints: 100, wherebySimulation: 'owner' });
  });

  it('are read from the environment', () => {
    const given = { KALENDS_RATE_LIMIT: '600', KALENDS_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8 ::1', KALENDS_STRICT: '1' };
    expect(load(given)).toMatchObject({ rateLimit: 600, trustedProxies: ['127.0.0.1', '10.0.0.0/8', '::1'], isStrict: true });
    expect(load({ KALENDS_RATE_LIMIT: 'off' }).rateLimit).toBe('off');
    const rooms = { KALENDS_WHEREBY_POINTS: '1000', KALENDS_WHEREBY_SIMULATION: 'keys' };
    expect(load(rooms)).toMatchObject({ wherebyPoints: 1000, wherebySimulation: 'keys' });
  });

  it.each([
    ['KALENDS_RATE_LIMIT', 'many'],
    ['KALENDS_RATE_LIMIT', '0'],
    ['KALENDS_TRUSTED_PROXIES', 'proxy.example.com'],
    ['KALENDS_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['KALENDS_STRICT', 'very'],
    ['KALENDS_WHEREBY_POINTS', '0'],
    ['KALENDS_WHEREBY_SIMULATION', 'everybody'],
  ])('%s is not "%s"', (name, value) => {
    expect(() => load({ [name]: value })).toThrow(name);
  });
});
