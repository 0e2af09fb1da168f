export { createService, type ServiceOptions } from './app.ts';
export type { RefreshedApiKey, ServiceEnv } from './serve.ts';
export { createWebhookJobs } from './webhook-jobs.ts';
