export { createService, type ServiceOptions } from './app.ts';
export type { ServiceEnv } from './serve.ts';
export { createWebhookJobs } from './webhook-jobs.ts';
