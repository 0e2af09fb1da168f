export { hashEmailCode } from './email-code.ts';
export { createMailJobs, type MailJobs, type MailJobsOptions } from './jobs.ts';
export { createLinks, type LinkAction, type LinkGrant, type Links } from './links.ts';
export { toDate, toOtherZoneText, toSpanText, toTime, toZoneText } from './moment.ts';
export { isReachable, type MailSettings, type MailStatus, mailStatus } from './status.ts';
