import { z } from 'zod';

/** `{ status: "success", data }` */
export function success<Data extends z.ZodType>(data: Data) {
  return z.object({ status: z.literal('success'), data });
}

/** `{ status: "success" }`: some deletions answer nothing more. */
export const bareSuccess = z.object({ status: z.literal('success') });

export const pagination = z.object({
  totalItems: z.number(),
  remainingItems: z.number(),
  returnedItems: z.number(),
  itemsPerPage: z.number(),
  currentPage: z.number(),
  totalPages: z.number(),
  hasNextPage: z.boolean(),
  hasPreviousPage: z.boolean(),
});

export type Pagination = z.output<typeof pagination>;

/** `{ status: "success", data: […], pagination }` */
export function page<Item extends z.ZodType>(item: Item) {
  return z.object({ status: z.literal('success'), data: z.array(item), pagination });
}
