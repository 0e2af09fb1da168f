/** The numbers the API puts beside a page. */
export interface Pagination {
  readonly totalItems: number;
  readonly remainingItems: number;
  readonly returnedItems: number;
  readonly itemsPerPage: number;
  readonly currentPage: number;
  readonly totalPages: number;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

export interface Page {
  readonly totalItems: number;
  readonly returnedItems: number;
  readonly take: number;
  readonly skip: number;
}

export function toPagination({ totalItems, returnedItems, take, skip }: Page): Pagination {
  const skipped = Math.min(skip, totalItems);
  const totalPages = Math.ceil(totalItems / take);
  const currentPage = totalPages === 0 ? 0 : Math.floor(skipped / take) + 1;
  return {
    totalItems,
    remainingItems: Math.max(0, totalItems - (skipped + take)),
    returnedItems,
    itemsPerPage: take,
    currentPage,
    totalPages,
    hasNextPage: skipped + take < totalItems,
    hasPreviousPage: totalPages > 0 && skipped > 0,
  };
}
