export { type OfflineContext, readContext } from './context.ts';
export { createOfflineModel } from './model.ts';
