import { mkdtempSync, writeFileSync } from 'node:fs';
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

describe('the config file', () => {
  const loadFile = (content: unknown) => {
    const home = mkdtempSync(join(tmpdir(), 'kalends-config-'));
    writeFileSync(join(home, 'config.json'), typeof content === 'string' ? content : JSON.stringify(content));
    return loadConfig({ KALENDS_HOME: home });
  };

  it('may say what is allowed, asked and denied', () => {
    const policy = [
      { tool: 'cal.create_booking', where: { 'attendee.email': '*@example.com', duration_minutes: { atMost: 60 } }, verdict: 'allow' },
      { effect: 'destroy', limit: { count: 3, per: 'turn' } },
    ];
    const given = { allowYes: true, allowForce: true, approvalHours: 1, defaults: { write: 'deny' }, policy };
    expect(loadFile(given)).toMatchObject({
      allowYes: true,
      allowForce: true,
      approvalHours: 1,
      policy: { rules: policy, defaults: { write: 'deny' }, source: 'config.json' },
    });
    expect(load({})).toMatchObject({ allowYes: false, allowForce: false, approvalHours: 24, policy: { rules: [], defaults: {} } });
  });

  it.each([
    ['{', 'this is not JSON.'],
    [[], 'this is not a JSON object.'],
    [{ polcy: [] }, '"polcy" is no setting'],
    [{ allowForce: 'yes' }, '"allowForce" must be true or false.'],
    [{ approvalHours: 0 }, '"approvalHours" is 0'],
    [{ policy: {} }, '"policy" must be a list of rules.'],
    [{ defaults: { write: 'alow' } }, '"defaults" says "alow" for "write"; it must be allow, ask or deny.'],
    [{ defaults: { all: 'ask' } }, '"defaults" has "all"'],
    [{ policy: [{ verdict: 'allow' }, { verdict: 'alow' }] }, 'rule 2 of "policy": "verdict" is "alow"; it must be allow, ask or deny.'],
    [{ policy: [{ tool: 'cal' }] }, 'it has neither a "verdict" nor a "limit".'],
    [{ policy: [{ tool: 7, verdict: 'ask' }] }, '"tool" is 7; it must be a name.'],
    [{ policy: [{ tols: 'cal', verdict: 'ask' }] }, '"tols" is no part of a rule'],
    [{ policy: [{ effect: 'erase', verdict: 'ask' }] }, '"effect" is "erase"'],
    [{ policy: [{ limit: { count: 3, per: 'week' } }] }, '"limit" is {"count":3,"per":"week"}'],
    [{ policy: [{ limit: { count: 3, per: 'day' }, verdict: 'allow' }] }, 'can be asked or denied, not allowed.'],
    [{ policy: [{ where: { start: { before: 'noon' } }, verdict: 'ask' }] }, '"where" has {"before":"noon"} for "start"'],
  ])('is refused where it says %j', (content, message) => {
    expect(() => loadFile(content)).toThrow(message);
  });
});
