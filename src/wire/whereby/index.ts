export type { WherebyClient, WherebyClientOptions } from './client.ts';
export { createWherebyClient, WHEREBY_API_URL } from './client.ts';
export type {
  Participant,
  ParticipantDetails,
  ParticipantsQuery,
  RoomInsight,
  RoomInsightsQuery,
  SessionInsight,
  SessionInsightsQuery,
} from './insights.ts';
export type { CreateMeeting, Meeting, MeetingField, MeetingsQuery } from './meetings.ts';
export { meeting, meetingFields } from './meetings.ts';
export type { Page } from './page.ts';
export type { AccessLink, Recording, RecordingsQuery } from './recordings.ts';
export type { ReplayGuard, Verdict, Verification } from './signature.ts';
export { createReplayMemory, SIGNATURE_HEADER, signMessage, verifyMessage } from './signature.ts';
export type { CreateSummary, Summary, SummaryTemplate } from './summaries.ts';
export { summaryTemplates } from './summaries.ts';
export type { BackgroundPreset, LogoPreset, ThemeTokens } from './themes.ts';
export type { Transcription, TranscriptionsQuery } from './transcriptions.ts';
export type { WebhookEvent, WebhookEventType } from './webhook-events.ts';
export { webhookEvent, webhookEventTypes } from './webhook-events.ts';
