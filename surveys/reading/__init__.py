"""Export files of survey tools become a SurveyDraft, published figures a PublishedDraft. Pure: bytes in, dataclasses out, no database."""
