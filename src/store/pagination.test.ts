import { describe, expect, it } from 'vitest';
import { toPagination } from './pagination.ts';

describe('pagination', () => {
  it('gives the numbers of the reference', () => {
    expect(toPagination({ totalItems: 123, returnedItems: 10, take: 10, skip: 10 })).toEqual({
      totalItems: 123,
      remainingItems: 103,
      returnedItems: 10,
      itemsPerPage: 10,
      currentPage: 2,
      totalPages: 13,
      hasNextPage: true,
      hasPreviousPage: true,
    });
  });

  it('has no page when there is nothing', () => {
    expect(toPagination({ totalItems: 0, returnedItems: 0, take: 100, skip: 0 })).toMatchObject({
      remainingItems: 0,
      currentPage: 0,
      totalPages: 0,
      hasNextPage: false,
      hasPreviousPage: false,
    });
  });

  it('ends with the last page', () => {
    expect(toPagination({ totalItems: 20, returnedItems: 10, take: 10, skip: 10 })).toMatchObject({ currentPage: 2, hasNextPage: false });
  });

  it('does not count beyond the items when more are skipped', () => {
    expect(toPagination({ totalItems: 5, returnedItems: 0, take: 10, skip: 40 })).toMatchObject({ remainingItems: 0, hasNextPage: false });
  });
});
