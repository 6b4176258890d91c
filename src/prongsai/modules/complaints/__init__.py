"""Complaints (เรื่องร้องเรียน), grievances (ร้องทุกข์ แจ้งเหตุ), suggestions, and requests for official information."""
