"""Letters and visits (信访): each petition told, answered and reviewed in the time that the Regulation of 2022 sets."""
