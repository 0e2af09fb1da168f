import { describe, expect, it } from 'vitest';
import { readQuery } from './request-query.ts';

const read = (search: string) => readQuery(new URL(`http://cal.test/?${search}`));

describe('a query', () => {
  it.each([
    ['a=1', { a: '1' }],
    ['a=1&a=2', { a: ['1', '2'] }],
    ['a[]=1', { a: ['1'] }],
    ['a%5B%5D=1&a%5B%5D=2', { a: ['1', '2'] }],
    ['a=1&a[]=2', { a: ['1', '2'] }],
    ['a[1]=y&a[0]=x', { a: ['x', 'y'] }],
    ['a=1,2', { a: '1,2' }],
    ['filters[status]=past&filters%5Bkind%5D=x', { filters: { status: 'past', kind: 'x' } }],
    ['c[0][id]=1&c[0][name]=n&c%5B1%5D%5Bid%5D=2', { c: [{ id: '1', name: 'n' }, { id: '2' }] }],
    ['a[b][]=1&a[b][]=2', { a: { b: ['1', '2'] } }],
    ['a[=1', { 'a[': '1' }],
    ['start=2030-01-08T10:00:00+02:00&end=2030-01-08T10:00%2B0530', { start: '2030-01-08T10:00:00+02:00', end: '2030-01-08T10:00+0530' }],
    ['name=Ada+10:00', { name: 'Ada 10:00' }],
    ['a', { a: '' }],
    ['', {}],
  ])('"%s" is read', (search, expected) => {
    expect(read(search)).toEqual(expected);
  });

  it('cannot reach the prototype of anything', () => {
    const query = read('__proto__[polluted]=1&constructor[prototype][polluted]=1');
    expect(Object.hasOwn(query, '__proto__')).toBe(true);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each([
    ['a=1&a[b]=2', 'both as a value and as an object'],
    ['a[b]=2&a=1', 'both as a value and as an object'],
    ['a[b][c][d][e][f]=1', 'more than 5 levels deep'],
  ])('"%s" is refused', (search, text) => {
    expect(() => read(search)).toThrow(text);
  });
});
