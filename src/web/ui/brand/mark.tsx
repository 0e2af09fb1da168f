/** The sign of Kalends: a K made of a stem and the new crescent moon, whose first sight opened the Roman month. Decorative. */
export function Mark({ className }: { readonly className?: string }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 24 24" fill="currentColor" className={className}>
      <rect x="3.6" y="2" width="3.2" height="20" rx="1.6" />
      <path d="M19.9 2.05a1.1 1.1 0 0 1 .22 2 9.1 9.1 0 0 0 0 15.9 1.1 1.1 0 0 1-.22 2 10.35 10.35 0 0 1 0-19.9Z" />
    </svg>
  );
}
