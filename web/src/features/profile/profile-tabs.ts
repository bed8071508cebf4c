/** The parts of the profile, as they stand in the address. */
export const PROFILE_TABS = ['account', 'preferences', 'shortcuts', 'sessions'] as const;
export type ProfileTab = (typeof PROFILE_TABS)[number];
